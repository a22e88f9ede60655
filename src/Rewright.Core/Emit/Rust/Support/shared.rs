//! Shared nodes, which are dropped without recursion, however deep a term is.

use crate::sorts::Term;
use alloc::{rc::Rc, vec::Vec};
use core::ops::Deref;

/// The fields of a constructor, shared by all terms that hold them.
#[derive(Clone)]
pub struct Shared<T: Fields>(Option<Rc<T>>);

impl<T: Fields> Shared<T> {
    /// Makes a node.
    #[inline]
    pub fn new(fields: T) -> Self {
        Self(Some(Rc::new(fields)))
    }

    /// The fields themselves where nobody else holds them, else copies.
    #[inline]
    pub fn into_inner(mut self) -> T {
        match self.0.take() {
            Some(node) => Rc::unwrap_or_clone(node),
            // Only what ends this value takes the node away.
            None => unreachable!(),
        }
    }

    /// True where somebody else holds the node too.
    #[inline]
    pub fn is_shared(&self) -> bool {
        self.0.as_ref().is_some_and(|node| Rc::strong_count(node) > 1)
    }

    /// Tells nodes apart while they live.
    #[inline]
    pub fn address(&self) -> usize {
        self.0.as_ref().map_or(0, |node| Rc::as_ptr(node).addr())
    }

    /// The address if somebody else holds the node too, else 0.
    pub(crate) fn shared_address(&self) -> usize {
        if self.is_shared() { self.address() } else { 0 }
    }

    /// Ends this reference; if it was the last one, what the node holds waits to be dropped.
    pub(crate) fn release(mut self, pending: &mut Pending) {
        if let Some(fields) = self.0.take().and_then(Rc::into_inner) {
            fields.release(pending);
        }
    }
}

impl<T: Fields> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match &self.0 {
            Some(node) => node,
            None => unreachable!(),
        }
    }
}

impl<T: Fields> Drop for Shared<T> {
    #[inline]
    fn drop(&mut self) {
        // A node that dropped its fields itself would recurse as deep as the term is.
        if let Some(fields) = self.0.take().and_then(Rc::into_inner) {
            drop_all(fields);
        }
    }
}

fn drop_all<T: Fields>(fields: T) {
    let mut pending = Pending::default();
    fields.release(&mut pending);
    while let Some(term) = pending.pop() {
        term.release(&mut pending);
    }
}

/// Fields that can be dropped without recursion.
pub trait Fields: Clone {
    /// Gives up the fields: what could be deep waits, the others end here.
    fn release(self, pending: &mut Pending);
}

/// Terms that wait to be dropped. One at a time, as lists have, takes no memory.
#[derive(Default)]
pub struct Pending {
    next: Option<Term>,
    more: Vec<Term>,
}

impl Pending {
    #[inline]
    pub(crate) fn push(&mut self, term: Term) {
        if let Some(earlier) = self.next.replace(term) {
            self.more.push(earlier);
        }
    }

    #[inline]
    fn pop(&mut self) -> Option<Term> {
        self.next.take().or_else(|| self.more.pop())
    }
}
