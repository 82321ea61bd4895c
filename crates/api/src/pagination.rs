//! Lists, page by page: Cloudflare's "V4" pagination.

use portcullis_api_types::ResultInfo;

use crate::errors::ApiError;
use crate::extract::Query;

/// What `per_page` may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PageSizes {
    /// Lists of the Access API take these sizes and no others.
    Access,
    /// Other lists take any size up to a thousand.
    Any,
}

/// The sizes that lists of the Access API take.
const ACCESS_SIZES: [u64; 8] = [1, 5, 10, 20, 25, 50, 100, 1000];
const LARGEST: u64 = 1000;

impl PageSizes {
    const fn default_size(self) -> u64 {
        match self {
            Self::Access => 1000,
            Self::Any => 20,
        }
    }

    fn allows(self, size: u64) -> bool {
        match self {
            Self::Access => ACCESS_SIZES.contains(&size),
            Self::Any => size <= LARGEST,
        }
    }
}

/// Which page was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageRequest {
    page: u64,
    per_page: u64,
}

impl PageRequest {
    /// Reads `page` and `per_page`. Zero counts as absent: clients have been seen to send it.
    pub(crate) fn parse(query: &Query, sizes: PageSizes) -> Result<Self, ApiError> {
        let page = number(query, "page")?.unwrap_or(1);
        let per_page = number(query, "per_page")?.unwrap_or(sizes.default_size());
        if !sizes.allows(per_page) {
            return Err(ApiError::invalid_url_parameter());
        }
        Ok(Self { page, per_page })
    }

    /// The page of `items` that was asked for; beyond the last one it is empty.
    ///
    /// Clients go on to the next page until one is empty, so a page that ignored its number would make
    /// them loop for ever.
    pub(crate) fn cut<T>(self, items: impl ExactSizeIterator<Item = T>) -> Page<T> {
        let total = u64::try_from(items.len()).unwrap_or(u64::MAX);
        let skipped = self.page.saturating_sub(1).saturating_mul(self.per_page);
        let at_most = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let items: Vec<T> = items.skip(at_most(skipped)).take(at_most(self.per_page)).collect();
        let info = ResultInfo {
            count: u64::try_from(items.len()).ok(),
            page: Some(self.page),
            per_page: Some(self.per_page),
            total_count: Some(total),
            total_pages: Some(total.div_ceil(self.per_page.max(1))),
            ..ResultInfo::default()
        };
        Page { items, info }
    }
}

fn number(query: &Query, name: &str) -> Result<Option<u64>, ApiError> {
    let Some(text) = query.get(name).filter(|text| !text.is_empty()) else { return Ok(None) };
    let number: u64 = text.parse().map_err(|_| ApiError::invalid_url_parameter())?;
    Ok((number != 0).then_some(number))
}

/// One page of a list.
#[derive(Debug, PartialEq)]
pub(crate) struct Page<T> {
    /// Its items.
    pub(crate) items: Vec<T>,
    /// Where it is.
    pub(crate) info: ResultInfo,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(query: &str, sizes: PageSizes) -> Option<(u64, u64)> {
        let request = PageRequest::parse(&Query::parse(query), sizes).ok()?;
        Some((request.page, request.per_page))
    }

    #[test]
    fn zero_and_nothing_are_the_default() {
        for query in ["", "page=0&per_page=0", "page=&per_page=", "q=1"] {
            assert_eq!(request(query, PageSizes::Access), Some((1, 1000)), "{query}");
        }
        assert_eq!(request("", PageSizes::Any), Some((1, 20)));
    }

    #[test]
    fn access_lists_take_eight_sizes() {
        for size in ACCESS_SIZES {
            assert_eq!(request(&format!("page=3&per_page={size}"), PageSizes::Access), Some((3, size)));
        }
        for size in ["2", "30", "999", "1001", "-1", "ten", "1e1", "18446744073709551616"] {
            assert_eq!(request(&format!("per_page={size}"), PageSizes::Access), None, "{size}");
        }
        assert_eq!(request("per_page=2", PageSizes::Any), Some((1, 2)));
        assert_eq!(request("per_page=1001", PageSizes::Any), None);
    }

    #[track_caller]
    fn cut(page: u64, per_page: u64, expected: &[u32], total_pages: u64) {
        let page = PageRequest { page, per_page }.cut([1_u32, 2, 3, 4, 5].into_iter());
        assert_eq!(page.items, expected);
        assert_eq!(page.info.total_pages, Some(total_pages));
        assert_eq!(page.info.total_count, Some(5));
    }

    #[test]
    fn a_page_beyond_the_last_is_empty() {
        cut(1, 5, &[1, 2, 3, 4, 5], 1);
        cut(2, 5, &[], 1);
        cut(2, 2, &[3, 4], 3);
        cut(3, 2, &[5], 3);
        cut(4, 2, &[], 3);
        cut(u64::MAX, 1000, &[], 1);
    }
}
