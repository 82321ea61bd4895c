//! A grant cannot be made outside this crate, and fits only its own use case (I6).

#[test]
fn i6_what_must_not_compile_does_not() {
    trybuild::TestCases::new().compile_fail("tests/grants/*.rs");
}
