//! The bodies of answers.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::ports::{BoxError, ServiceBody};
use crate::proxy::ResponseBody;

/// Where the bytes of an answer come from.
pub(crate) enum Body {
    Empty,
    Full(Bytes),
    Service(ServiceBody),
    Origin(Box<ResponseBody>),
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match &mut *self {
            Self::Empty => Poll::Ready(None),
            Self::Full(bytes) => {
                let frame = (!bytes.is_empty()).then(|| Ok(Frame::data(std::mem::take(bytes))));
                Poll::Ready(frame)
            }
            Self::Service(body) => Pin::new(body).poll_frame(context),
            Self::Origin(body) => Pin::new(body).poll_frame(context).map_err(Into::into),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Full(bytes) => bytes.is_empty(),
            Self::Service(body) => body.is_end_stream(),
            Self::Origin(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Empty => SizeHint::with_exact(0),
            Self::Full(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Service(body) => body.size_hint(),
            Self::Origin(body) => body.size_hint(),
        }
    }
}
