//! Messages: values in words, as they go between threads and languages.

use crate::integer::Integer;
use crate::number;
use crate::sorts::{self, SORTS, Term};
use crate::term::{Head, Part, Value};
use crate::text::Text;
use alloc::{collections::BTreeMap, vec, vec::Vec};

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
    pub(crate) fn at(&self, word: u64) -> Option<&Built> {
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
        let mut writer = Writer::new();
        let roots: Vec<u64> = values.iter().map(|value| writer.write(*value)).collect();
        writer.words[0] = (writer.words.len() - 1) as u64;
        writer.words.extend(roots);
        writer.words
    }
}

pub(crate) struct Writer {
    pub(crate) words: Vec<u64>,
    count: u64,
    known: BTreeMap<usize, u64>,
}

impl Writer {
    /// The first word is for the size.
    pub(crate) fn new() -> Self {
        Self { words: vec![0], count: 0, known: BTreeMap::new() }
    }

    pub(crate) fn node(&mut self, header: u64, body: impl IntoIterator<Item = u64>) -> u64 {
        self.words.push(header);
        self.words.extend(body);
        self.count += 1;
        (self.count - 1) << 1
    }

    pub(crate) fn text(&mut self, text: &Text) -> u64 {
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

    pub(crate) fn value(&mut self, value: Part<'_>) -> u64 {
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
