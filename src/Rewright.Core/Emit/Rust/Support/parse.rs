//! From text to values.

use crate::integer::Integer;
use crate::message::{Message, Writer};
use crate::number;
use crate::sorts::SORTS;
use crate::term::{Enum, Kind, Part, Value};
use crate::text::Text;
use alloc::{string::String, vec::Vec};
use core::fmt;

/// The text is not a term of the sort.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Where, in bytes from the start.
    pub position: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {}", self.expected, self.position)
    }
}

impl core::error::Error for ParseError {}

/// Reads a value from text as it is printed: without recursion, and by way of a message.
pub(crate) fn parse<V: Value>(text: &str) -> Result<V, ParseError> {
    let mut parser = Parser { text, position: 0, writer: Writer::new() };
    let root = parser.read(V::kind())?;
    parser.skip_blanks();
    if parser.position < text.len() {
        return Err(parser.expected("the end"));
    }
    let mut words = parser.writer.words;
    words[0] = (words.len() - 1) as u64;
    words.push(root);
    let value = Message::read(&words).and_then(|mut message| message.take());
    value.ok_or(ParseError { position: 0, expected: "a term that can be held" })
}

struct Parser<'a> {
    text: &'a str,
    position: usize,
    writer: Writer,
}

impl<'a> Parser<'a> {
    fn expected(&self, expected: &'static str) -> ParseError {
        ParseError { position: self.position, expected }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.position..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start().len();
    }

    fn take_if(&mut self, punctuation: char) -> bool {
        self.skip_blanks();
        let found = self.rest().starts_with(punctuation);
        if found {
            self.position += punctuation.len_utf8();
        }
        found
    }

    fn name(&mut self) -> Result<&'a str, ParseError> {
        self.skip_blanks();
        let rest = self.rest();
        if let Some(quoted) = rest.strip_prefix('`') {
            let end = quoted.find('`').ok_or_else(|| self.expected("a closing backtick"))?;
            self.position += end + 2;
            return Ok(&quoted[..end]);
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            return Err(self.expected("a name"));
        }
        self.position += end;
        Ok(&rest[..end])
    }

    fn read(&mut self, kind: Kind) -> Result<u64, ParseError> {
        struct Open {
            sort: usize,
            symbol: usize,
            fields: &'static [Kind],
            words: Vec<u64>,
        }
        let mut open: Vec<Open> = Vec::new();
        loop {
            let wanted = open.last().map_or(kind, |top| top.fields[top.words.len()]);
            let mut word = match wanted {
                Kind::Term(sort) | Kind::Counter(sort) => {
                    let start = self.position;
                    let name = self.name()?;
                    let Some(symbol) = SORTS[sort].symbols.iter().position(|s| s.name == name) else {
                        self.position = start;
                        return Err(self.expected("a symbol of the sort"));
                    };
                    let fields = SORTS[sort].symbols[symbol].fields;
                    let parenthesized = self.take_if('(');
                    if !fields.is_empty() {
                        if !parenthesized {
                            return Err(self.expected("arguments"));
                        }
                        open.push(Open { sort, symbol, fields, words: Vec::new() });
                        continue;
                    }
                    if parenthesized && !self.take_if(')') {
                        return Err(self.expected("')'"));
                    }
                    self.apply(sort, symbol, Vec::new())?
                }
                value => self.value(value)?,
            };
            // Close every application that this completes.
            loop {
                let Some(mut top) = open.pop() else { return Ok(word) };
                top.words.push(word);
                let is_complete = top.words.len() == top.fields.len();
                if !self.take_if(if is_complete { ')' } else { ',' }) {
                    return Err(self.expected(if is_complete { "')'" } else { "','" }));
                }
                if !is_complete {
                    open.push(top);
                    break;
                }
                word = self.apply(top.sort, top.symbol, top.words)?;
            }
        }
    }

    fn apply(&mut self, sort: usize, symbol: usize, words: Vec<u64>) -> Result<u64, ParseError> {
        if SORTS[sort].is_counter {
            return match words.first() {
                None => Ok(1),
                Some(word) => word.checked_add(2).ok_or_else(|| self.expected("a smaller term")),
            };
        }
        if words.is_empty() && symbol < SORTS[sort].constructors {
            return Ok((symbol as u64) << 1 | 1);
        }
        Ok(self.writer.node((sort as u64) << 32 | symbol as u64, words))
    }

    fn value(&mut self, kind: Kind) -> Result<u64, ParseError> {
        self.skip_blanks();
        let rest = self.rest();
        match kind {
            Kind::Bool => {
                let name = self.name()?;
                match name {
                    "true" => Ok(1),
                    "false" => Ok(0),
                    _ => Err(self.expected("a truth value")),
                }
            }
            Kind::Symbol if rest.starts_with('\'') => {
                let text = self.quoted('\'')?;
                Ok(self.writer.text(&text))
            }
            Kind::Symbol | Kind::Text => {
                let text = self.quoted('"')?;
                Ok(self.writer.text(&text))
            }
            Kind::Enum(sort) => self.member(sort),
            Kind::Double => {
                let signed = rest.strip_prefix('-');
                if let Some(named) = signed.unwrap_or(rest).strip_prefix("double.") {
                    for (name, value) in [("NaN", f64::NAN), ("PositiveInfinity", f64::INFINITY), ("NegativeInfinity", f64::NEG_INFINITY)] {
                        if named.starts_with(name) {
                            self.position += usize::from(signed.is_some()) + "double.".len() + name.len();
                            return Ok(number::bits(if signed.is_some() { -value } else { value }));
                        }
                    }
                }
                let digits = self.digits(".eE+-");
                digits.parse::<f64>().map(number::bits).map_err(|_| self.expected("a number"))
            }
            _ => {
                let digits = self.digits("");
                let word = match kind {
                    Kind::Int => digits.parse::<i32>().ok().map(|v| i64::from(v).cast_unsigned()),
                    Kind::UInt => digits.parse::<u32>().ok().map(u64::from),
                    Kind::Long => digits.parse::<i64>().ok().map(i64::cast_unsigned),
                    Kind::ULong => digits.parse::<u64>().ok(),
                    Kind::Integer => Integer::parse(digits).map(|v| self.writer.value(Part::Integer(&v))),
                    _ => None,
                };
                word.ok_or_else(|| self.expected("a number"))
            }
        }
    }

    fn digits(&mut self, others: &str) -> &'a str {
        let rest = self.rest();
        let unsigned = rest.strip_prefix('-').unwrap_or(rest);
        let end = unsigned.find(|c: char| !c.is_ascii_digit() && !others.contains(c)).unwrap_or(unsigned.len());
        let length = rest.len() - unsigned.len() + end;
        self.position += length;
        &rest[..length]
    }

    fn quoted(&mut self, mark: char) -> Result<Text, ParseError> {
        if !self.take_if(mark) {
            return Err(self.expected("a text"));
        }
        let mut units = Vec::new();
        let mut chars = self.rest().chars();
        loop {
            let Some(c) = chars.next() else { return Err(self.expected("a closing mark")) };
            let unit = match c {
                c if c == mark => break,
                '\\' => match chars.next() {
                    Some('n') => u16::from(b'\n'),
                    Some('r') => u16::from(b'\r'),
                    Some('t') => u16::from(b'\t'),
                    Some('0') => 0,
                    Some('u') => {
                        let digits = chars.as_str().get(..4).and_then(|d| u16::from_str_radix(d, 16).ok());
                        let unit = digits.ok_or_else(|| self.expected("an escape"))?;
                        chars = chars.as_str()[4..].chars();
                        unit
                    }
                    Some(c @ ('\\' | '"' | '\'')) => c as u16,
                    _ => return Err(self.expected("an escape")),
                },
                c => {
                    units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
                    continue;
                }
            };
            units.push(unit);
        }
        self.position = self.text.len() - chars.as_str().len();
        Ok(Text::from_units(&units))
    }

    fn member(&mut self, sort: &'static Enum) -> Result<u64, ParseError> {
        let mut name = String::from(self.name()?);
        while self.take_if('.') {
            name.push('.');
            name.push_str(self.name()?);
        }
        if self.take_if('(') {
            let digits = self.digits("");
            let value = if sort.is_unsigned { digits.parse().ok() } else { digits.parse::<i64>().ok().map(i64::cast_unsigned) };
            if name == sort.name && self.take_if(')') {
                return value.ok_or_else(|| self.expected("a number"));
            }
        }
        let short = name.strip_prefix(sort.name).and_then(|n| n.strip_prefix('.')).unwrap_or(&name);
        let member = sort.members.iter().find(|m| m.0 == short);
        member.map(|m| m.2.cast_unsigned()).ok_or_else(|| self.expected("a member of the enum"))
    }
}
