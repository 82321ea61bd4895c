//! The map that views are made of.

/// A persistent map: a clone is a pointer, and a change copies a path of the tree, so that each commit
/// can have a view of its own however much there is in it.
pub(crate) type Map<K, V> =
    imbl::GenericHashMap<K, V, foldhash::fast::RandomState, imbl::shared_ptr::DefaultSharedPtr>;
