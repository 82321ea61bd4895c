//! Both stores keep the contract.

#![allow(clippy::unwrap_used, reason = "a test")]

mod memory {
    use portcullis_store::MemoryDisk;

    portcullis_store::conformance_suite!(MemoryDisk::new());
}

mod sqlite {
    use std::sync::Arc;

    use portcullis_store::conformance::{Medium, histories};
    use portcullis_store::sqlite::Tuning;
    use portcullis_store::{Opening, SqliteStore, Store};
    use tempfile::TempDir;

    /// A folder that goes away with the test.
    struct Folder(TempDir);

    impl Folder {
        fn new() -> Self {
            Self(TempDir::new().unwrap())
        }
    }

    impl Medium for Folder {
        fn open(&self, opening: Opening) -> Arc<dyn Store> {
            // Checkpoints happen within every case.
            let tuning = Tuning { checkpoint_pages: 10, ..Tuning::default() };
            Arc::new(SqliteStore::open_tuned(self.0.path(), opening, tuning).unwrap())
        }
    }

    portcullis_store::conformance_suite!(Folder::new());

    #[test]
    fn random_histories_agree_with_the_reference() {
        histories::random_histories_agree_with_the_reference(Folder::new);
    }
}
