//! Paths that no argument can bend.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

use crate::error::Invalid;

/// What RFC 3986 lets stand in a segment (`pchar`); everything else is encoded.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// A path below the base URL, already encoded, without a leading slash.
#[derive(Clone, Debug)]
pub struct Path {
    text: String,
    query: Option<String>,
}

impl Path {
    pub(crate) fn new(words: &'static str) -> Self {
        Self { text: words.to_owned(), query: None }
    }

    /// Appends words that this crate wrote.
    pub(crate) fn words(mut self, words: &'static str) -> Self {
        self.text.push('/');
        self.text.push_str(words);
        self
    }

    /// Appends what a caller gave, as exactly one segment.
    ///
    /// # Security
    ///
    /// Without this an id such as `../../zones/x` sends the call, with its credential, to a different
    /// endpoint. `.` and `..` have no encoding that servers do not undo, so they are refused.
    pub(crate) fn id(mut self, param: &'static str, id: &str) -> Result<Self, Invalid> {
        match id {
            "" => Err(Invalid::new(param, format!("missing required {param} parameter"))),
            "." | ".." => Err(Invalid::new(param, format!("{param} must not be \"{id}\""))),
            _ => {
                self.text.push('/');
                self.text.extend(utf8_percent_encode(id, SEGMENT));
                Ok(self)
            }
        }
    }

    /// A whole path that a caller gave, encoded by the caller.
    ///
    /// # Security
    ///
    /// What a URL parser would drop or turn into something else is refused, for the reason given at `id`.
    pub(crate) fn custom(path: &str) -> Result<Self, Invalid> {
        let invalid = |message: &str| Invalid::new("path", format!("the path {message}"));
        if path.contains(|c: char| c == '\\' || c == '#' || c.is_control() || c.is_whitespace()) {
            return Err(invalid("must not have a backslash, `#`, spaces or control characters"));
        }
        let (text, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let text = text.strip_prefix('/').unwrap_or(text);
        if text.split('/').any(str::is_empty) {
            return Err(invalid("must not have an empty segment"));
        }
        if text.split('/').any(is_dots) {
            return Err(invalid("must not have the segment `.` or `..`"));
        }
        Ok(Self { text: text.to_owned(), query: query.map(str::to_owned) })
    }

    pub(crate) fn below(&self, base: &Url) -> Result<Url, Invalid> {
        let mut url = Url::parse(&format!("{base}{}", self.text))
            .map_err(|fault| Invalid::new("path", format!("the path cannot be used: {fault}")))?;
        url.set_query(self.query.as_deref());
        Ok(url)
    }
}

fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(path: Result<Path, Invalid>) -> String {
        let base = Url::parse("https://api.example.com/client/v4/").unwrap();
        match path.and_then(|path| path.below(&base)) {
            Ok(url) => url.as_str().strip_prefix(base.as_str()).unwrap().to_owned(),
            Err(invalid) => crate::Error::from(invalid).to_string(),
        }
    }

    #[test]
    fn an_id_is_one_segment_whatever_it_holds() {
        let table = [
            ("f174e90a-fafe-4643", "apps/f174e90a-fafe-4643"),
            ("a/b?c#d %2e..é", "apps/a%2Fb%3Fc%23d%20%252e..%C3%A9"),
            ("../zones/x", "apps/..%2Fzones%2Fx"),
            ("..\\x", "apps/..%5Cx"),
            ("%2e%2e", "apps/%252e%252e"),
            (".\t.", "apps/.%09."),
            ("...", "apps/..."),
            ("a%zz", "apps/a%25zz"),
            ("!$&'()*+,;=:@-_.~", "apps/!$&'()*+,;=:@-_.~"),
            ("", "missing required app_id parameter"),
            (".", "app_id must not be \".\""),
            ("..", "app_id must not be \"..\""),
        ];
        for (id, expected) in table {
            assert_eq!(url(Path::new("apps").id("app_id", id)), expected, "{id}");
        }
    }

    #[test]
    fn a_custom_path_stays_below_the_base_url() {
        let table = [
            ("accounts/x", "accounts/x"),
            ("/accounts/x%2Fy", "accounts/x%2Fy"),
            ("accounts?page=2&name=a%20b", "accounts?page=2&name=a%20b"),
            ("https:x", "https:x"),
            ("", "the path must not have an empty segment"),
            ("//evil.example.com/x", "the path must not have an empty segment"),
            ("https://evil.example.com", "the path must not have an empty segment"),
            ("a/../b", "the path must not have the segment `.` or `..`"),
            ("a/%2E./b", "the path must not have the segment `.` or `..`"),
            ("a/./b", "the path must not have the segment `.` or `..`"),
            ("a/.\t./b", "the path must not have a backslash, `#`, spaces or control characters"),
            ("a\\..\\b", "the path must not have a backslash, `#`, spaces or control characters"),
            ("a#b", "the path must not have a backslash, `#`, spaces or control characters"),
        ];
        for (path, expected) in table {
            assert_eq!(url(Path::custom(path)), expected, "{path}");
        }
    }
}
