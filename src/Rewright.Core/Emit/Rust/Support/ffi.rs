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

/// Counts the bytes that each thread has taken and not given back, and keeps small blocks that evaluations give back for the
/// next who asks: the system's allocator takes several times as long where a process has several threads.
struct Counting;

/// What one thread has taken, and its free blocks, which are linked by their first words, by size.
struct Account {
    bytes: Cell<usize>,
    /// Evaluations in progress; without any, nothing is kept.
    evaluations: Cell<usize>,
    free: [Cell<*mut u8>; SIZES],
    kept: [Cell<usize>; SIZES],
}

/// Blocks of 16, 32, 48 and 64 bytes are kept, so many of each.
const SIZES: usize = 4;
const UNIT: usize = 16;
const MOST_KEPT: usize = 1 << 14;

thread_local! {
    static ACCOUNT: Account = const {
        Account {
            bytes: Cell::new(0),
            evaluations: Cell::new(0),
            free: [const { Cell::new(core::ptr::null_mut()) }; SIZES],
            kept: [const { Cell::new(0) }; SIZES],
        }
    };
}

/// Bytes that this thread has taken, less those that it gave back.
pub(crate) fn bytes() -> usize {
    ACCOUNT.with(|account| account.bytes.get())
}

/// While it lives, this thread keeps small blocks.
pub(crate) struct Evaluating;

impl Evaluating {
    pub(crate) fn begin() -> Self {
        ACCOUNT.with(|account| account.evaluations.set(account.evaluations.get() + 1));
        Self
    }
}

impl Drop for Evaluating {
    fn drop(&mut self) {
        ACCOUNT.with(|account| {
            account.evaluations.set(account.evaluations.get() - 1);
            if account.evaluations.get() > 0 {
                return;
            }
            for (index, free) in account.free.iter().enumerate() {
                let mut block = free.replace(core::ptr::null_mut());
                account.kept[index].set(0);
                while !block.is_null() {
                    // SAFETY: a kept block begins with the address of the next one, and was taken with the layout of its size.
                    unsafe {
                        let next = *block.cast::<*mut u8>();
                        System.dealloc(block, layout_of(index));
                        block = next;
                    }
                }
            }
        });
    }
}

/// The index of a size of which blocks are kept, else `SIZES` or more.
#[inline(always)]
fn index_of(layout: Layout) -> usize {
    // Nothing is never asked for.
    if layout.align() <= UNIT { (layout.size() - 1) / UNIT } else { SIZES }
}

#[inline(always)]
fn layout_of(index: usize) -> Layout {
    match Layout::from_size_align((index + 1) * UNIT, UNIT) {
        Ok(layout) => layout,
        Err(_) => Layout::new::<u128>(),
    }
}

// SAFETY: blocks come from the system's allocator, small ones always with the layout of their size, and go back to it or to
// the free blocks of a thread.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let index = index_of(layout);
        ACCOUNT.with(|account| {
            account.bytes.set(account.bytes.get().wrapping_add(layout.size()));
            if index >= SIZES {
                // SAFETY: as promised by the caller.
                return unsafe { System.alloc(layout) };
            }
            let block = account.free[index].get();
            if block.is_null() {
                // SAFETY: the size is not 0.
                return unsafe { System.alloc(layout_of(index)) };
            }
            // SAFETY: a kept block begins with the address of the next one.
            account.free[index].set(unsafe { *block.cast::<*mut u8>() });
            account.kept[index].set(account.kept[index].get() - 1);
            block
        })
    }

    #[inline]
    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        let index = index_of(layout);
        ACCOUNT.with(|account| {
            account.bytes.set(account.bytes.get().wrapping_sub(layout.size()));
            if index >= SIZES {
                // SAFETY: as promised by the caller.
                unsafe { System.dealloc(address, layout) };
            } else if account.evaluations.get() == 0 || account.kept[index].get() == MOST_KEPT {
                // SAFETY: with this layout it was taken.
                unsafe { System.dealloc(address, layout_of(index)) };
            } else {
                // SAFETY: nobody else has the block any more, and it is large and aligned enough for an address.
                unsafe { *address.cast::<*mut u8>() = account.free[index].get() };
                account.free[index].set(address);
                account.kept[index].set(account.kept[index].get() + 1);
            }
        });
    }

    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as promised by the caller.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if index_of(layout) >= SIZES && index_of(wanted) >= SIZES {
            ACCOUNT.with(|account| account.bytes.set(account.bytes.get().wrapping_add(size).wrapping_sub(layout.size())));
            // SAFETY: the block is one of the system's.
            return unsafe { System.realloc(address, layout, size) };
        }
        // SAFETY: as promised by the caller; the two blocks are different.
        unsafe {
            let block = self.alloc(wanted);
            if !block.is_null() {
                core::ptr::copy_nonoverlapping(address, block, layout.size().min(size));
                self.dealloc(address, layout);
            }
            block
        }
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
    /// Rules that have fired, where they are counted.
    rewrites: u64,
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
    request.rewrites = outcome.as_ref().map_or(0, |outcome| outcome.1);
    let (status, words) = match outcome {
        Ok((Ok(words), _)) => (0, words),
        Ok((Err(error), _)) => match error.kind() {
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
        ErrorKind::NegativeExponent => 15,
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
