//! Strings and names as C# has them: sequences of UTF-16 units, compared unit by unit.

use crate::run::{Error, ErrorKind, Run};
use alloc::{rc::Rc, string::String, vec::Vec};
use core::fmt;

/// A string. Lone surrogates are possible, as in C#.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Rc<[u16]>);

impl Text {
    /// The UTF-16 units.
    pub fn units(&self) -> &[u16] {
        &self.0
    }

    pub(crate) fn from_units(units: &[u16]) -> Self {
        Self(units.into())
    }

    /// Both, one after the other, where there is memory for them.
    pub(crate) fn concat(&self, other: &Self, run: &Run<'_>) -> Result<Self, Error> {
        let bytes = (self.0.len() + other.0.len()).saturating_mul(size_of::<u16>());
        if bytes > run.room() {
            return Err(ErrorKind::MemoryLimit.into());
        }
        run.took(bytes);
        let mut units = Vec::with_capacity(self.0.len() + other.0.len());
        units.extend_from_slice(&self.0);
        units.extend_from_slice(&other.0);
        Ok(Self(units.into()))
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.0.iter().copied().eq(text.encode_utf16())
    }

    pub(crate) fn length(&self) -> i32 {
        i32::try_from(self.0.len()).unwrap_or(i32::MAX)
    }

    pub(crate) fn quote(&self, mark: char, out: &mut String) {
        use core::fmt::Write;
        out.push(mark);
        for item in char::decode_utf16(self.0.iter().copied()) {
            match item {
                Ok(c) if c == mark || c == '\\' => out.extend(['\\', c]),
                Ok('\n') => out.push_str("\\n"),
                Ok('\r') => out.push_str("\\r"),
                Ok('\t') => out.push_str("\\t"),
                Ok('\0') => out.push_str("\\0"),
                Ok(c) if c >= ' ' && !matches!(c, '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{10000}'..) => out.push(c),
                Ok(c) => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        // Writing to a string does not fail.
                        let _ = write!(out, "\\u{unit:04X}");
                    }
                }
                Err(lone) => {
                    let _ = write!(out, "\\u{:04X}", lone.unpaired_surrogate());
                }
            }
        }
        out.push(mark);
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.encode_utf16().collect())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf16_lossy(&self.0))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.quote('"', &mut text);
        f.write_str(&text)
    }
}

/// A name.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub Text);

impl From<&str> for Symbol {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.0.quote('\'', &mut text);
        f.write_str(&text)
    }
}

/// An object of the host, compared by identity; 0 is none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub struct Reference(pub u64);
