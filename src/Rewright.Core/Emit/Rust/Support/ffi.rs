//! What other languages call. The only unsafe code of the crate: it trusts its caller to pass what is agreed.

use crate::run::{ErrorKind, Limits};
use crate::term::{Message, Value};
use crate::text::Text;
use alloc::{boxed::Box, vec::Vec};
use core::cell::Cell;
use core::sync::atomic::AtomicI32;
use std::alloc::{GlobalAlloc, Layout, System};

// The functions of the C library that Rust's own library computes in another way.
#[allow(dead_code, reason = "not every module needs them")]
unsafe extern "C" {
    pub(crate) safe fn asinh(x: f64) -> f64;
    pub(crate) safe fn acosh(x: f64) -> f64;
    pub(crate) safe fn atanh(x: f64) -> f64;
}

/// Counts the bytes that each thread has taken and not given back.
struct Counting;

thread_local! {
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

/// Bytes that this thread has taken, less those that it gave back.
pub(crate) fn bytes() -> usize {
    BYTES.get()
}

// SAFETY: everything is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.set(BYTES.get().wrapping_add(layout.size()));
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        BYTES.set(BYTES.get().wrapping_sub(layout.size()));
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(address, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// What a caller wants and gets.
#[repr(C)]
pub struct Request {
    entry: u64,
    /// A message with the arguments.
    words: *const u64,
    count: u64,
    /// As in [`Limits`].
    caller_stack: u64,
    max_stack: u64,
    max_bytes: u64,
    max_rewrites: u64,
    attention: *const AtomicI32,
    /// A message with the result, or with the text of the stuck term.
    result: *mut u64,
    result_count: u64,
}

/// Version of this interface, and the identity of the module in two halves.
#[unsafe(no_mangle)]
pub static REWRIGHT_RUST_MODULE: [u64; 3] = [1, crate::IDENTITY[0], crate::IDENTITY[1]];

/// Evaluates an entry: 0 and a result, or a status that says why there is none.
///
/// # Safety
/// The request must be complete; its result is to be given to [`rewright_rust_free`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rewright_rust_call(request: *mut Request) -> i32 {
    // SAFETY: as promised by the caller.
    let request = unsafe { &mut *request };
    // SAFETY: the caller gives the message for the time of the call.
    let message = unsafe { core::slice::from_raw_parts(request.words, request.count as usize) };
    let limits = Limits {
        caller_stack: request.caller_stack as usize,
        max_stack: request.max_stack as usize,
        max_bytes: request.max_bytes as usize,
        max_rewrites: request.max_rewrites,
        // SAFETY: likewise.
        attention: unsafe { &*request.attention },
    };
    let entry = request.entry as usize;
    let outcome = std::panic::catch_unwind(|| crate::run::call(entry, message, limits));
    let (status, words) = match outcome {
        Ok(Ok(words)) => (0, words),
        Ok(Err(error)) => match error.kind() {
            ErrorKind::Stuck(term) => (1, Message::write(&[Text::from(term.as_str()).part()])),
            kind => (status(kind), Vec::new()),
        },
        Err(_) => (14, Vec::new()),
    };
    let words = Box::leak(words.into_boxed_slice());
    request.result = words.as_mut_ptr();
    request.result_count = words.len() as u64;
    status
}

/// Takes back a result.
///
/// # Safety
/// It must come from [`rewright_rust_call`], and be given back once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rewright_rust_free(words: *mut u64, count: u64) {
    // SAFETY: as promised by the caller.
    drop(unsafe { Box::from_raw(core::ptr::slice_from_raw_parts_mut(words, count as usize)) });
}

fn status(kind: &ErrorKind) -> i32 {
    match kind {
        ErrorKind::Stuck(_) => 1,
        ErrorKind::StackLimit => 2,
        ErrorKind::MemoryLimit => 3,
        ErrorKind::Cancelled => 4,
        ErrorKind::TimeLimit => 5,
        ErrorKind::RewriteLimit => 6,
        ErrorKind::Host => 7,
        ErrorKind::DivisionByZero => 8,
        ErrorKind::Overflow => 9,
        ErrorKind::NotANumber => 10,
        ErrorKind::OutOfRange => 11,
        ErrorKind::CounterOverflow => 12,
        ErrorKind::Unrepresentable => 13,
    }
}
