//! What other languages call. The only unsafe code of the crate: it trusts its caller to pass what is agreed.

use crate::run::{ByMessage, Error, ErrorKind, Limits};
use crate::term::{Message, Value};
use crate::text::Text;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::cell::Cell;
use core::ffi::c_void;
use core::sync::atomic::AtomicI32;
use std::alloc::{GlobalAlloc, Layout, System};
use std::panic::AssertUnwindSafe;

// The functions of the C library that Rust's own library computes in another way. Named here, the C library comes before what
// the compiler brings along of the same name.
#[allow(dead_code, reason = "not every module needs them")]
#[cfg_attr(unix, link(name = "m"))]
unsafe extern "C" {
    pub(crate) safe fn asinh(x: f64) -> f64;
    pub(crate) safe fn acosh(x: f64) -> f64;
    pub(crate) safe fn atanh(x: f64) -> f64;
    pub(crate) safe fn cbrt(x: f64) -> f64;
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

/// Evaluates operation `number` of the caller: its context, the number, a message with the arguments, and where address and
/// length of a message with the result go, which stays until the next call. Gives 0 or the status of a failure.
type Callback = unsafe extern "C" fn(*mut c_void, u64, *const u64, u64, *mut *const u64, *mut u64) -> i32;

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
    /// What rules call of the caller, where they do.
    host: Option<Callback>,
    host_context: *mut c_void,
    /// A message with the result, or with the text of the stuck term.
    result: *mut u64,
    result_count: u64,
}

/// Version of this interface, and the identity of the module in two halves.
#[unsafe(no_mangle)]
pub static REWRIGHT_RUST_MODULE: [u64; 3] = [2, crate::IDENTITY[0], crate::IDENTITY[1]];

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
    let caller = Caller { callback: request.host, context: request.host_context };
    let operations = |operation, words: &[u64]| caller.call(operation, words);
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| crate::run::call(entry, message, limits, &ByMessage(&operations))));
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
        ErrorKind::Host(_) => 7,
        ErrorKind::DivisionByZero => 8,
        ErrorKind::Overflow => 9,
        ErrorKind::NotANumber => 10,
        ErrorKind::OutOfRange => 11,
        ErrorKind::CounterOverflow => 12,
        ErrorKind::Unrepresentable => 13,
    }
}

/// Whoever called, as the host of an evaluation.
struct Caller {
    callback: Option<Callback>,
    context: *mut c_void,
}

// SAFETY: an evaluation is made by one thread at a time, and callers expect calls from whatever thread that is.
unsafe impl Sync for Caller {}

impl Caller {
    fn call(&self, operation: usize, words: &[u64]) -> Result<Vec<u64>, Error> {
        let Some(callback) = self.callback else { return Err(ErrorKind::Host(String::new()).into()) };
        let (mut result, mut count) = (core::ptr::null(), 0);
        // SAFETY: as agreed with the caller.
        let status = unsafe { callback(self.context, operation as u64, words.as_ptr(), words.len() as u64, &mut result, &mut count) };
        match status {
            // SAFETY: the caller keeps its message until it is called again.
            0 => Ok(unsafe { core::slice::from_raw_parts(result, count as usize) }.to_vec()),
            3 => Err(ErrorKind::MemoryLimit.into()),
            13 => Err(ErrorKind::Unrepresentable.into()),
            _ => Err(ErrorKind::Host(String::new()).into()),
        }
    }
}
