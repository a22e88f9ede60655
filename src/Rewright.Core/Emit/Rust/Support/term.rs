//! What all terms have in common: their parts, and algorithms that take no stack, however deep a term is.

use crate::integer::Integer;
use crate::message::Built;
use crate::number;
use crate::sorts::SORTS;
use crate::text::{Reference, Symbol, Text};
use alloc::collections::BTreeSet;
use alloc::{string::String, vec, vec::Vec};
use core::fmt;

pub use crate::message::{FieldWords, Message, Nodes};
pub use crate::parse::ParseError;
pub(crate) use crate::parse::parse;
pub use crate::shared::{Fields, Pending, Shared};

/// A declared sort: its name in `.rw` text and its symbols, constructors first, then open operations.
pub struct Sort {
    pub name: &'static str,
    /// `A | B(itself)`, held as a number.
    pub is_counter: bool,
    /// How many of the symbols are constructors.
    pub constructors: usize,
    pub symbols: &'static [SymbolInfo],
}

/// A symbol that terms are built with.
pub struct SymbolInfo {
    pub name: &'static str,
    /// As terms are printed; with its parentheses where there are no fields and the name alone would not do.
    pub text: &'static str,
    pub fields: &'static [Kind],
}

/// A C# enum.
pub struct Enum {
    pub name: &'static str,
    /// As it is printed.
    pub text: &'static str,
    pub is_unsigned: bool,
    /// Name, text and value.
    pub members: &'static [(&'static str, &'static str, i64)],
}

/// The sort of a field.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "no module has fields of all sorts")]
pub enum Kind {
    Bool,
    Int,
    UInt,
    Long,
    ULong,
    Double,
    Symbol,
    Text,
    Integer,
    Reference,
    Enum(&'static Enum),
    Term(usize),
    /// A sort `A | B(itself)`, held as a number.
    Counter(usize),
}

/// What a term is built with.
pub struct Head {
    pub sort: usize,
    pub symbol: usize,
    /// Where the node is if it is shared, else 0.
    pub address: usize,
}

/// A term of a declared sort, looked at from outside.
pub trait Node {
    /// Appends the fields and gives what they are fields of.
    fn look<'a>(&'a self, fields: &mut Vec<Part<'a>>) -> Head;
}

/// A term or value, looked at from outside.
#[derive(Clone, Copy)]
#[allow(dead_code, reason = "no module has parts of all sorts")]
pub enum Part<'a> {
    Bool(bool),
    Int(i32),
    UInt(u32),
    Long(i64),
    ULong(u64),
    Double(f64),
    Symbol(&'a Symbol),
    Text(&'a Text),
    Integer(&'a Integer),
    Reference(Reference),
    Enum(&'static Enum, i64),
    Counter(usize, u64),
    Term(&'a dyn Node),
}

impl Part<'_> {
    /// The text, cut off behind so many UTF-16 units.
    pub(crate) fn to_text(self, max: usize) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = print(self, &mut out, max);
        if out.len() <= max || out.encode_utf16().count() <= max {
            return out;
        }
        let units: Vec<u16> = out.encode_utf16().take(max.saturating_sub(1)).collect();
        let mut cut = String::from_utf16_lossy(&units);
        cut.push('…');
        cut
    }

    fn is_same(self, other: Self) -> Option<bool> {
        Some(match (self, other) {
            (Part::Bool(a), Part::Bool(b)) => a == b,
            (Part::Int(a), Part::Int(b)) => a == b,
            (Part::UInt(a), Part::UInt(b)) => a == b,
            (Part::Long(a), Part::Long(b)) => a == b,
            (Part::ULong(a), Part::ULong(b)) => a == b,
            (Part::Double(a), Part::Double(b)) => number::same(a, b),
            (Part::Symbol(a), Part::Symbol(b)) => a == b,
            (Part::Text(a), Part::Text(b)) => a == b,
            (Part::Integer(a), Part::Integer(b)) => a == b,
            (Part::Reference(a), Part::Reference(b)) => a == b,
            (Part::Enum(_, a), Part::Enum(_, b)) => a == b,
            (Part::Counter(_, a), Part::Counter(_, b)) => a == b,
            (Part::Term(_), Part::Term(_)) => return None,
            _ => false,
        })
    }
}

/// Equality of terms: the same structure, doubles by bits.
pub(crate) fn same(left: Part<'_>, right: Part<'_>) -> bool {
    // Most comparisons end within this many steps. Only longer ones pay for remembering what has been compared.
    const FREE_STEPS: usize = 256;
    let mut pending = vec![(left, right)];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut compared = BTreeSet::new();
    let mut steps = 0_usize;
    while let Some((left, right)) = pending.pop() {
        let (Part::Term(a), Part::Term(b)) = (left, right) else {
            if left.is_same(right) == Some(true) {
                continue;
            }
            return false;
        };
        ours.clear();
        theirs.clear();
        let (a, b) = (a.look(&mut ours), b.look(&mut theirs));
        if (a.sort, a.symbol) != (b.sort, b.symbol) {
            return false;
        }
        if a.address != 0 && b.address != 0 {
            // Terms that share their parts meet in the same pairs again and again.
            if a.address == b.address || steps > FREE_STEPS && !compared.insert((a.address, b.address)) {
                continue;
            }
        }
        steps += 1;
        pending.extend(ours.iter().copied().zip(theirs.iter().copied()).rev());
    }
    true
}

/// Writes a term as it can be read again; goes on for a little more than `max` bytes.
pub(crate) fn print(part: Part<'_>, out: &mut dyn fmt::Write, max: usize) -> fmt::Result {
    enum Item<'a> {
        Part(Part<'a>),
        Text(&'static str),
    }
    let mut pending = vec![Item::Part(part)];
    let mut fields = Vec::new();
    let (mut written, mut scratch) = (0_usize, String::new());
    while let Some(item) = pending.pop() {
        // A unit takes at most four bytes.
        if written > max.saturating_mul(4) {
            return Ok(());
        }
        scratch.clear();
        match item {
            Item::Text(text) => scratch.push_str(text),
            Item::Part(Part::Term(term)) => {
                fields.clear();
                let head = term.look(&mut fields);
                scratch.push_str(SORTS[head.sort].symbols[head.symbol].text);
                if !fields.is_empty() {
                    scratch.push('(');
                    pending.push(Item::Text(")"));
                    for (i, field) in fields.iter().enumerate().rev() {
                        pending.push(Item::Part(*field));
                        if i > 0 {
                            pending.push(Item::Text(", "));
                        }
                    }
                }
            }
            Item::Part(Part::Counter(sort, count)) => {
                let symbols = SORTS[sort].symbols;
                let (zero, more) = if symbols[0].fields.is_empty() { (0, 1) } else { (1, 0) };
                for _ in 0..count {
                    out.write_str(symbols[more].text)?;
                    out.write_char('(')?;
                    written += symbols[more].text.len() + 1;
                    if written > max.saturating_mul(4) {
                        return Ok(());
                    }
                }
                out.write_str(symbols[zero].text)?;
                for _ in 0..count {
                    out.write_char(')')?;
                }
            }
            Item::Part(value) => print_value(value, &mut scratch),
        }
        written += scratch.len();
        out.write_str(&scratch)?;
    }
    Ok(())
}

fn print_value(value: Part<'_>, out: &mut String) {
    use fmt::Write;
    // Writing to a string does not fail.
    let _ = match value {
        Part::Bool(v) => write!(out, "{v}"),
        Part::Int(v) => write!(out, "{v}"),
        Part::UInt(v) => write!(out, "{v}"),
        Part::Long(v) => write!(out, "{v}"),
        Part::ULong(v) => write!(out, "{v}"),
        Part::Double(v) => {
            number::print(v, out);
            Ok(())
        }
        Part::Integer(v) => write!(out, "{v}"),
        Part::Reference(v) => out.write_str(if v.0 == 0 { "<null>" } else { "<object>" }),
        Part::Symbol(v) => {
            v.0.quote('\'', out);
            Ok(())
        }
        Part::Text(v) => {
            v.quote('"', out);
            Ok(())
        }
        Part::Enum(sort, v) => match sort.members.iter().find(|m| m.2 == v) {
            Some(member) => write!(out, "{}.{}", sort.text, member.1),
            None if sort.is_unsigned => write!(out, "{}({})", sort.text, v.cast_unsigned()),
            None => write!(out, "{}({v})", sort.text),
        },
        Part::Counter(..) | Part::Term(_) => Ok(()),
    };
}

/// A type of values that terms and messages hold.
pub trait Value: Sized {
    /// The value looked at from outside.
    fn part(&self) -> Part<'_>;

    /// The value of a word in a message.
    fn from_word(word: u64, nodes: &Nodes) -> Option<Self>;

    /// The sort.
    fn kind() -> Kind;
}

/// Text forms of a sort.
#[allow(unused_macros, reason = "not every module has sorts")]
macro_rules! text_form {
    ($type:ty) => {
        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                $crate::term::print(self.part(), f, usize::MAX)
            }
        }

        impl core::fmt::Debug for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Display::fmt(self, f)
            }
        }

        impl core::str::FromStr for $type {
            type Err = $crate::term::ParseError;

            fn from_str(text: &str) -> core::result::Result<Self, Self::Err> {
                $crate::term::parse(text)
            }
        }
    };
}

/// Equality of terms: the same structure, doubles by bits.
#[allow(unused_macros, reason = "not every module has such sorts")]
macro_rules! same_form {
    ($type:ty) => {
        impl PartialEq for $type {
            fn eq(&self, other: &Self) -> bool {
                $crate::term::same(self.part(), other.part())
            }
        }

        impl Eq for $type {}
    };
}

#[allow(unused_imports, reason = "not every module has such sorts")]
pub(crate) use {same_form, text_form};

macro_rules! plain_values {
    ($($type:ty, $kind:ident, $word:ident => $value:expr;)*) => {
        $(impl Value for $type {
            fn part(&self) -> Part<'_> {
                Part::$kind(*self)
            }

            fn from_word($word: u64, _: &Nodes) -> Option<Self> {
                Some($value)
            }

            fn kind() -> Kind {
                Kind::$kind
            }
        })*
    };
}

plain_values! {
    bool, Bool, word => word != 0;
    i32, Int, word => word as i32;
    u32, UInt, word => word as u32;
    i64, Long, word => word.cast_signed();
    u64, ULong, word => word;
    f64, Double, word => f64::from_bits(word);
    Reference, Reference, word => Reference(word);
}

macro_rules! node_values {
    ($($type:ident, $built:ident, $make:expr;)*) => {
        $(impl Value for $type {
            fn part(&self) -> Part<'_> {
                Part::$type(self)
            }

            fn from_word(word: u64, nodes: &Nodes) -> Option<Self> {
                match nodes.at(word)? {
                    Built::$built(value) => Some($make(value.clone())),
                    _ => None,
                }
            }

            fn kind() -> Kind {
                Kind::$type
            }
        })*
    };
}

node_values! {
    Symbol, Text, Symbol;
    Text, Text, |text| text;
    Integer, Integer, |integer| integer;
}
