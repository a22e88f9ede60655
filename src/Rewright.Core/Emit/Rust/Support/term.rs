//! What all terms have in common: shared nodes, and algorithms that take no stack, however deep a term is.

use crate::integer::Integer;
use crate::number;
use crate::sorts::{self, SORTS, Term};
use crate::text::{Reference, Symbol, Text};
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::{rc::Rc, string::String, vec, vec::Vec};
use core::{fmt, ops::Deref};

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

/// What a node of a message has become.
pub(crate) enum Built {
    Term(Term),
    Text(Text),
    Integer(Integer),
}

/// The nodes of a message.
#[derive(Default)]
pub struct Nodes(Vec<Built>);

impl Nodes {
    fn at(&self, word: u64) -> Option<&Built> {
        if word & 1 == 0 { self.0.get(usize::try_from(word >> 1).ok()?) } else { None }
    }

    /// The term at an even word.
    pub(crate) fn term(&self, word: u64) -> Option<&Term> {
        match self.at(word)? {
            Built::Term(term) => Some(term),
            _ => None,
        }
    }
}

/// Values in words, as they go between threads and languages: the number of words of all nodes; the nodes, each a header and
/// the words of its fields, parts before wholes; the words of the values.
///
/// The word of a term is odd for a constant, `symbol << 1 | 1`, or a counter, `count << 1 | 1`; else `node << 1`. A header is
/// `sort << 32 | symbol`, or below one of two marks what follows: so many UTF-16 units, four to a word, or so many words of
/// an integer, twice, and 1 if it is negative.
pub struct Message<'a> {
    nodes: Nodes,
    words: &'a [u64],
}

const TEXT_MARK: u64 = 0xFFFF_FFFF;
const INTEGER_MARK: u64 = 0xFFFF_FFFE;

/// The fields of a node in a message.
pub struct FieldWords<'a> {
    nodes: &'a Nodes,
    words: &'a [u64],
}

impl FieldWords<'_> {
    /// The next field.
    pub(crate) fn take<V: Value>(&mut self) -> Option<V> {
        let (&word, rest) = self.words.split_first()?;
        self.words = rest;
        V::from_word(word, self.nodes)
    }
}

impl<'a> Message<'a> {
    /// Reads the nodes of a message.
    pub fn read(message: &'a [u64]) -> Option<Self> {
        let (&size, rest) = message.split_first()?;
        let (mut rest, words) = rest.split_at_checked(usize::try_from(size).ok()?)?;
        let mut nodes = Nodes::default();
        while let Some((&header, after)) = rest.split_first() {
            let low = usize::try_from(header & 0xFFFF_FFFF).ok()?;
            let built = match header >> 32 {
                TEXT_MARK => {
                    let (body, after) = after.split_at_checked(low.div_ceil(4))?;
                    rest = after;
                    let units: Vec<u16> = (0..low).map(|i| (body[i / 4] >> (16 * (i % 4))) as u16).collect();
                    Built::Text(Text::from_units(&units))
                }
                INTEGER_MARK => {
                    let (body, after) = after.split_at_checked(low / 2)?;
                    rest = after;
                    Built::Integer(Integer::from_words(low % 2 == 1, body))
                }
                sort => {
                    let sort = usize::try_from(sort).ok()?;
                    let count = SORTS.get(sort)?.symbols.get(low)?.fields.len();
                    let (body, after) = after.split_at_checked(count)?;
                    rest = after;
                    Built::Term(sorts::build(sort, low, &mut FieldWords { nodes: &nodes, words: body })?)
                }
            };
            nodes.0.push(built);
        }
        Some(Self { nodes, words })
    }

    /// The next value.
    pub fn take<V: Value>(&mut self) -> Option<V> {
        let (&word, rest) = self.words.split_first()?;
        self.words = rest;
        let value = V::from_word(word, &self.nodes);
        if rest.is_empty() {
            // Nodes that only the message holds are not shared.
            self.nodes = Nodes::default();
        }
        value
    }

    /// Writes values; nodes that are shared stay shared.
    pub fn write(values: &[Part<'_>]) -> Vec<u64> {
        let mut writer = Writer { words: vec![0], ..Writer::default() };
        let roots: Vec<u64> = values.iter().map(|value| writer.write(*value)).collect();
        writer.words[0] = (writer.words.len() - 1) as u64;
        writer.words.extend(roots);
        writer.words
    }
}

#[derive(Default)]
struct Writer {
    words: Vec<u64>,
    count: u64,
    known: BTreeMap<usize, u64>,
}

impl Writer {
    fn node(&mut self, header: u64, body: impl IntoIterator<Item = u64>) -> u64 {
        self.words.push(header);
        self.words.extend(body);
        self.count += 1;
        (self.count - 1) << 1
    }

    fn text(&mut self, text: &Text) -> u64 {
        let units = text.units();
        let body = units.chunks(4).map(|four| four.iter().rev().fold(0, |word, &unit| word << 16 | u64::from(unit)));
        self.node(TEXT_MARK << 32 | units.len() as u64, body)
    }

    fn write(&mut self, value: Part<'_>) -> u64 {
        enum Task<'a> {
            Visit(Part<'a>),
            Close(Head, usize),
        }
        let mut tasks = vec![Task::Visit(value)];
        let mut results = Vec::new();
        let mut fields = Vec::new();
        while let Some(task) = tasks.pop() {
            match task {
                Task::Visit(Part::Term(term)) => {
                    fields.clear();
                    let head = term.look(&mut fields);
                    if fields.is_empty() && head.symbol < SORTS[head.sort].constructors {
                        results.push((head.symbol as u64) << 1 | 1);
                    } else if let Some(&known) = self.known.get(&head.address) {
                        results.push(known);
                    } else {
                        tasks.push(Task::Close(head, fields.len()));
                        tasks.extend(fields.iter().rev().map(|field| Task::Visit(*field)));
                    }
                }
                Task::Visit(part) => {
                    let word = self.value(part);
                    results.push(word);
                }
                Task::Close(head, count) => {
                    let body = results.split_off(results.len() - count);
                    let word = self.node((head.sort as u64) << 32 | head.symbol as u64, body);
                    results.push(word);
                    if head.address != 0 {
                        self.known.insert(head.address, word);
                    }
                }
            }
        }
        results.pop().unwrap_or_default()
    }

    fn value(&mut self, value: Part<'_>) -> u64 {
        match value {
            Part::Bool(v) => u64::from(v),
            Part::Int(v) => i64::from(v).cast_unsigned(),
            Part::UInt(v) => u64::from(v),
            Part::Long(v) | Part::Enum(_, v) => v.cast_unsigned(),
            Part::ULong(v) => v,
            Part::Double(v) => number::bits(v),
            Part::Reference(v) => v.0,
            Part::Counter(_, v) => v << 1 | 1,
            Part::Symbol(v) => self.text(&v.0),
            Part::Text(v) => self.text(v),
            Part::Integer(v) => {
                let words = v.to_words();
                self.node(INTEGER_MARK << 32 | (words.len() as u64) << 1 | u64::from(v.is_negative()), words)
            }
            Part::Term(_) => 0,
        }
    }
}

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
    let mut parser = Parser { text, position: 0, writer: Writer { words: vec![0], ..Writer::default() } };
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
