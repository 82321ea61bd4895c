//! One page of a list.

use portcullis_api_types::ResultInfo;

use crate::{List, Request};

/// One page of a list.
///
/// The list ends where the page is empty, where `result_info` says that it is the last one, or where it is shorter than
/// it could be and nothing says that there are more. A server that answers the same page again and again
/// (because it does not know `page`) has said all it has: a page that was seen before counts as empty.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub result: Vec<T>,
    /// Where in the list the page is, as far as the server says.
    pub result_info: Option<ResultInfo>,
    pub(crate) next: Option<Request<List<T>>>,
}

impl<T> Page<T> {
    /// The request for the next page, with all options of this one; `None` if this is the last.
    #[must_use]
    pub fn next_page(self) -> Option<Request<List<T>>> {
        self.next
    }

    /// Whether this is the last page.
    pub const fn is_last(&self) -> bool {
        self.next.is_none()
    }
}

/// Whether `number` is the last page, given what came with its `count` items.
pub(crate) fn is_last(number: u64, count: usize, info: Option<&ResultInfo>) -> bool {
    let total_pages = info.and_then(|info| info.total_pages);
    let per_page = info.and_then(|info| info.per_page);
    match (count, total_pages, per_page) {
        (0, _, _) => true,
        (_, Some(total), _) => number >= total,
        (count, None, Some(full)) => u64::try_from(count).is_ok_and(|count| count < full),
        (_, None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_ends_where_it_ends() {
        let table = [
            (1, 0, None, None, true),
            (1, 0, Some(9), Some(5), true),
            (1, 5, Some(1), Some(5), true),
            (1, 5, Some(2), Some(5), false),
            (2, 5, Some(2), Some(5), true),
            (1, 5, Some(0), None, true),
            (1, 4, None, Some(5), true),
            (1, 5, None, Some(5), false),
            (1, 4, Some(2), Some(5), false), // a short page, but the server says that there are more
            (1, 5, None, None, false),
        ];
        for (number, count, total_pages, per_page, expected) in table {
            let info = ResultInfo { total_pages, per_page, ..ResultInfo::default() };
            let case = format!("page {number}, {count} items, {total_pages:?} pages of {per_page:?}");
            assert_eq!(is_last(number, count, Some(&info)), expected, "{case}");
        }
    }
}
