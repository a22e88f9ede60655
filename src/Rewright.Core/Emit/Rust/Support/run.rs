//! Evaluations: their limits, and how they fail.

use crate::host::Host;
use crate::integer::Integer;
use crate::rules::State;
use crate::term::{Message, Part, Value};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;
use core::sync::atomic::{AtomicI32, Ordering};

/// Why an evaluation gave no result. It is a pointer wide, so that results stay small.
#[derive(Clone, PartialEq, Eq)]
pub struct Error(Box<ErrorKind>);

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No rule applies to this term, and its operation is not open.
    Stuck(String),
    /// The rules nest deeper than the stack allows.
    StackLimit,
    /// More memory is needed than allowed.
    MemoryLimit,
    /// The caller cancelled.
    Cancelled,
    /// The time is up.
    TimeLimit,
    /// More rules were applied than allowed.
    RewriteLimit,
    /// An operation of the host failed, as this says.
    Host(String),
    /// An integer was divided by zero.
    DivisionByZero,
    /// The result of a checked computation does not fit.
    Overflow,
    /// The sign of a NaN.
    NotANumber,
    /// The logarithm of a negative integer.
    OutOfRange,
    /// A power of an integer with a negative exponent.
    NegativeExponent,
    /// A counter of 2^63 or more.
    CounterOverflow,
    /// A term that this crate's types cannot hold.
    Unrepresentable,
}

impl Error {
    /// What went wrong.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// The failure of an operation that the user of the crate implements.
    pub fn host(message: impl Into<String>) -> Self {
        ErrorKind::Host(message.into()).into()
    }

    #[cold]
    pub(crate) fn stuck(operation: &str, arguments: &[Part<'_>]) -> Self {
        let mut text = String::from(operation);
        text.push('(');
        for (i, argument) in arguments.iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            text.push_str(&match argument {
                Part::Term(_) | Part::Counter(..) => argument.to_text(200),
                Part::Integer(value) => value.to_short_text(),
                // Other values cannot be large.
                _ => argument.to_text(usize::MAX),
            });
        }
        text.push(')');
        ErrorKind::Stuck(text).into()
    }
}

impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &*self.0 {
            ErrorKind::Stuck(term) => return write!(f, "no rule applies to {term}"),
            ErrorKind::StackLimit => "the rules nest too deeply or do not end",
            ErrorKind::MemoryLimit => "more memory is needed than allowed",
            ErrorKind::Cancelled => "the evaluation was cancelled",
            ErrorKind::TimeLimit => "the time is up",
            ErrorKind::RewriteLimit => "more rules were applied than allowed",
            ErrorKind::Host(message) => return write!(f, "an operation of the host failed: {message}"),
            ErrorKind::DivisionByZero => "division by zero",
            ErrorKind::Overflow => "arithmetic overflow",
            ErrorKind::NotANumber => "a NaN has no sign",
            ErrorKind::OutOfRange => "the logarithm of a negative integer is not defined",
            ErrorKind::NegativeExponent => "a power of an integer with a negative exponent is not defined",
            ErrorKind::CounterOverflow => "a counter exceeds 2^63 - 1",
            ErrorKind::Unrepresentable => "a term cannot be held by this crate's types",
        })
    }
}

impl core::error::Error for Error {}

/// How far evaluations may go.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'a> {
    /// Bytes of stack that may be used below the caller, on the caller's own thread.
    pub caller_stack: usize,
    /// Bytes of the stack on which an evaluation is made that needs more; without the feature `std` there is none. What
    /// waits to be built around results may take as much.
    pub max_stack: usize,
    /// Bytes of terms; observed with the feature `ffi`, whose allocator counts them.
    pub max_bytes: usize,
    /// Rules that may fire; observed where the crate was made to count them.
    pub max_rewrites: u64,
    /// Any thread may store 1 here to cancel, 2 to say that the time is up.
    pub attention: &'a AtomicI32,
}

static NO_ATTENTION: AtomicI32 = AtomicI32::new(0);

impl Default for Limits<'_> {
    fn default() -> Self {
        Self { caller_stack: 256 << 10, max_stack: 4 << 30, max_bytes: usize::MAX, max_rewrites: u64::MAX, attention: &NO_ATTENTION }
    }
}

/// An evaluation in progress.
pub struct Run<'a> {
    pub(crate) limits: Limits<'a>,
    lowest: usize,
    rewrites: u64,
    #[cfg(feature = "ffi")]
    memory: Memory,
    pub(crate) state: State<'a>,
}

/// What an evaluation has taken of its memory.
#[cfg(feature = "ffi")]
struct Memory {
    before: usize,
    /// Looked at from time to time only, when this is 0: to ask a thread for its own takes some time.
    turns: core::cell::Cell<u8>,
    _keeping: crate::ffi::Evaluating,
}

/// About where the stack ends at present.
#[inline(always)]
fn here() -> usize {
    let marker = 0_u8;
    core::ptr::from_ref(&marker).addr()
}

impl<'a> Run<'a> {
    pub(crate) fn new(limits: Limits<'a>, stack: usize, state: State<'a>) -> Self {
        Self {
            limits,
            lowest: here().saturating_sub(stack),
            rewrites: limits.max_rewrites,
            #[cfg(feature = "ffi")]
            memory: Memory { before: crate::ffi::bytes(), turns: core::cell::Cell::new(1), _keeping: crate::ffi::Evaluating::begin() },
            state,
        }
    }

    /// Recursion and loops look here whether they may go on.
    #[inline(always)]
    pub(crate) fn check(&self) -> Result<(), Error> {
        if here() < self.lowest || self.limits.attention.load(Ordering::Relaxed) != 0 {
            return Err(self.reason());
        }
        #[cfg(feature = "ffi")]
        {
            let turns = self.memory.turns.get().wrapping_sub(1);
            self.memory.turns.set(turns);
            if turns == 0 {
                return self.check_memory();
            }
        }
        Ok(())
    }

    #[cfg(feature = "ffi")]
    #[cold]
    fn check_memory(&self) -> Result<(), Error> {
        let taken = crate::ffi::bytes().wrapping_sub(self.memory.before);
        if taken.cast_signed() > self.limits.max_bytes.cast_signed() { Err(ErrorKind::MemoryLimit.into()) } else { Ok(()) }
    }

    /// Bytes that one more value may take.
    #[allow(dead_code, reason = "called where integers grow at once")]
    pub(crate) fn room(&self) -> usize {
        #[cfg(feature = "ffi")]
        return self.limits.max_bytes.saturating_sub(crate::ffi::bytes().wrapping_sub(self.memory.before).cast_signed().max(0).cast_unsigned());
        #[cfg(not(feature = "ffi"))]
        self.limits.max_bytes
    }

    /// Has the next check look at the memory, where a value takes much of it.
    #[allow(dead_code, clippy::unused_self, reason = "called where values grow, and of use where memory is counted")]
    pub(crate) fn took(&self, bytes: usize) {
        #[cfg(feature = "ffi")]
        if bytes > 1 << 14 {
            self.memory.turns.set(1);
        }
        #[cfg(not(feature = "ffi"))]
        let _ = bytes;
    }

    /// The same for an integer.
    #[allow(dead_code, reason = "called where integers grow")]
    pub(crate) fn grown(&self, integer: Integer) -> Integer {
        self.took(integer.bytes());
        integer
    }

    /// What takes long by itself looks here whether it may go on.
    #[allow(dead_code, reason = "called where integers are large")]
    pub(crate) fn attend(&self) -> Result<(), Error> {
        if self.limits.attention.load(Ordering::Relaxed) == 0 { Ok(()) } else { Err(self.reason()) }
    }

    /// A rule fires.
    #[inline(always)]
    #[allow(dead_code, reason = "called where rewrites are counted")]
    pub(crate) fn fire(&mut self, times: u64) -> Result<(), Error> {
        match self.rewrites.checked_sub(times) {
            Some(left) => self.rewrites = left,
            None => {
                self.rewrites = 0;
                return Err(ErrorKind::RewriteLimit.into());
            }
        }
        Ok(())
    }

    #[cold]
    fn reason(&self) -> Error {
        match self.limits.attention.load(Ordering::Relaxed) {
            0 => ErrorKind::StackLimit,
            1 => ErrorKind::Cancelled,
            _ => ErrorKind::TimeLimit,
        }
        .into()
    }
}

/// Puts something aside until a result is there. What waits takes the place of stack, and is bounded as that is.
#[inline]
pub(crate) fn put_aside<T>(waiting: &mut Vec<T>, item: T, max: usize) -> Result<(), Error> {
    if waiting.len() == waiting.capacity() {
        grow(waiting, max)?;
    }
    waiting.push(item);
    Ok(())
}

#[cold]
fn grow<T>(waiting: &mut Vec<T>, max: usize) -> Result<(), Error> {
    let more = waiting.len().max(64);
    if waiting.len().saturating_add(more).saturating_mul(size_of::<T>()) > max || waiting.try_reserve(more).is_err() {
        return Err(ErrorKind::MemoryLimit.into());
    }
    Ok(())
}

/// Evaluates here; where the stack does not suffice, again on a thread that has more of it.
pub(crate) fn evaluate<R: Value>(entry: usize, arguments: &[Part<'_>], host: &dyn Host, first: impl FnOnce(&mut Run<'_>) -> Result<R, Error>) -> Result<R, Error> {
    let limits = Limits::default();
    let result = first(&mut Run::new(limits, limits.caller_stack, State::new(host)));
    match result {
        Err(error) if *error.kind() == ErrorKind::StackLimit => {
            // Terms do not cross threads, so arguments and result go in a message.
            let words = carry(entry, &Message::write(arguments), limits, host).0?;
            Message::read(&words).and_then(|mut message| message.take()).ok_or_else(|| ErrorKind::Unrepresentable.into())
        }
        result => result,
    }
}

/// What a call gave, and how many rules have fired where the crate was made to count them.
pub type Outcome = (Result<Vec<u64>, Error>, u64);

/// Evaluates an entry whose arguments are in a message; the result is in another. It fails as the entry does, and where the
/// message is none of its arguments.
pub fn call(entry: usize, message: &[u64], limits: Limits<'_>, host: &dyn Host) -> Outcome {
    match enter(entry, message, limits, limits.caller_stack, host) {
        (Err(error), _) if *error.kind() == ErrorKind::StackLimit => carry(entry, message, limits, host),
        outcome => outcome,
    }
}

fn enter(entry: usize, message: &[u64], limits: Limits<'_>, stack: usize, host: &dyn Host) -> Outcome {
    let Some(message) = Message::read(message) else { return (Err(ErrorKind::Unrepresentable.into()), 0) };
    let mut run = Run::new(limits, stack, State::new(host));
    let result = crate::rules::enter(&mut run, entry, message);
    (result, limits.max_rewrites - run.rewrites)
}

#[cfg(feature = "std")]
fn carry(entry: usize, message: &[u64], limits: Limits<'_>, host: &dyn Host) -> Outcome {
    // What drops, prints and allocates below the last check.
    const RESERVE: usize = 256 << 10;
    let mut size = limits.max_stack;
    while size > 2 * RESERVE {
        let outcome = std::thread::scope(|scope| {
            let work = || enter(entry, message, limits, size - RESERVE, host);
            let thread = std::thread::Builder::new().stack_size(size).spawn_scoped(scope, work).ok()?;
            Some(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        match outcome {
            Some(outcome) => return outcome,
            // The system refuses as much address space.
            None => size /= 2,
        }
    }
    (Err(ErrorKind::StackLimit.into()), 0)
}

#[cfg(not(feature = "std"))]
fn carry(_entry: usize, _message: &[u64], _limits: Limits<'_>, _host: &dyn Host) -> Outcome {
    (Err(ErrorKind::StackLimit.into()), 0)
}

/// Evaluates operations by number, with arguments and result in messages.
pub(crate) type Operations<'a> = dyn Fn(usize, &[u64]) -> Result<Vec<u64>, Error> + Sync + 'a;

/// A host that is called by messages.
#[allow(dead_code, reason = "only other languages have such hosts")]
pub(crate) struct ByMessage<'a>(pub(crate) &'a Operations<'a>);

#[allow(dead_code, reason = "not every module has operations of the host")]
impl ByMessage<'_> {
    pub(crate) fn call<R: Value>(&self, operation: usize, arguments: &[Part<'_>]) -> Result<R, Error> {
        let words = (self.0)(operation, &Message::write(arguments))?;
        Message::read(&words).and_then(|mut message| message.take()).ok_or_else(|| ErrorKind::Unrepresentable.into())
    }
}
