//! Integers of any size.

use crate::run::{Error, ErrorKind, Run};
use crate::words;
use alloc::{format, rc::Rc, string::String, vec, vec::Vec};
use core::{cmp::Ordering, convert::Infallible, fmt};

/// An integer of any size.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Integer(Repr);

// What fits 64 bits is always small, so equal integers have equal representations.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Small(i64),
    /// Whether it is negative, and the magnitude, least significant word first, without leading zeros.
    Large(bool, Rc<[u64]>),
}

use Repr::{Large, Small};

/// Bytes of an integer whose digits take more than a moment.
const LONG: usize = 1 << 15;

// Nothing interrupts it.
#[allow(clippy::unnecessary_wraps, reason = "others are interrupted")]
fn never() -> Result<(), Infallible> {
    Ok(())
}

impl Integer {
    // C# holds no longer ones.
    const MAX_BITS: u64 = (1 << 31) - 64;

    pub(crate) fn from_words(is_negative: bool, words: &[u64]) -> Self {
        let used = words.iter().rposition(|&w| w != 0).map_or(0, |i| i + 1);
        match words[..used] {
            [] => Self(Small(0)),
            [low] if !is_negative && low <= i64::MAX.cast_unsigned() => Self(Small(low.cast_signed())),
            [low] if is_negative && low <= 1 << 63 => Self(Small(low.wrapping_neg().cast_signed())),
            _ => Self(Large(is_negative, words[..used].into())),
        }
    }

    pub(crate) fn to_words(&self) -> Vec<u64> {
        match &self.0 {
            Small(0) => Vec::new(),
            Small(v) => vec![v.unsigned_abs()],
            Large(_, words) => words.to_vec(),
        }
    }

    /// True below zero.
    pub fn is_negative(&self) -> bool {
        match &self.0 {
            Small(v) => *v < 0,
            Large(is_negative, _) => *is_negative,
        }
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i32 {
        match &self.0 {
            Small(v) => v.signum() as i32,
            Large(is_negative, _) => if *is_negative { -1 } else { 1 },
        }
    }

    /// The sum.
    pub fn add(&self, other: &Self) -> Self {
        if let (Small(a), Small(b)) = (&self.0, &other.0)
            && let Some(sum) = a.checked_add(*b)
        {
            return Self(Small(sum));
        }
        self.add_signed(other, other.is_negative())
    }

    /// The difference.
    pub fn sub(&self, other: &Self) -> Self {
        if let (Small(a), Small(b)) = (&self.0, &other.0)
            && let Some(difference) = a.checked_sub(*b)
        {
            return Self(Small(difference));
        }
        self.add_signed(other, !other.is_negative())
    }

    fn add_signed(&self, other: &Self, other_is_negative: bool) -> Self {
        let (a, b) = (self.to_words(), other.to_words());
        if self.is_negative() == other_is_negative {
            return Self::from_words(other_is_negative, &words::add(&a, &b));
        }
        match words::compare(&a, &b) {
            Ordering::Less => Self::from_words(other_is_negative, &words::subtract(&b, &a)),
            _ => Self::from_words(self.is_negative(), &words::subtract(&a, &b)),
        }
    }

    /// The product.
    pub fn mul(&self, other: &Self) -> Self {
        let Ok(product) = self.product(other, &never);
        product
    }

    /// The product, as far as the limits of an evaluation allow.
    #[allow(dead_code, reason = "not every module multiplies integers")]
    pub(crate) fn mul_within(&self, other: &Self, run: &Run<'_>) -> Result<Self, Error> {
        if let (Large(_, a), Large(_, b)) = (&self.0, &other.0) {
            Self::fits((a.len() + b.len() - 2) as u64 * 64, run.room())?;
        }
        Ok(run.grown(self.product(other, &|| run.attend())?))
    }

    fn product<E>(&self, other: &Self, poll: &impl Fn() -> Result<(), E>) -> Result<Self, E> {
        if let (Small(a), Small(b)) = (&self.0, &other.0)
            && let Some(product) = a.checked_mul(*b)
        {
            return Ok(Self(Small(product)));
        }
        Ok(Self::from_words(self.is_negative() != other.is_negative(), &words::multiply(&self.to_words(), &other.to_words(), poll)?))
    }

    /// Quotient, towards zero, and remainder, with the sign of the dividend.
    ///
    /// # Errors
    /// Division by zero.
    pub fn div_rem(&self, other: &Self) -> Result<(Self, Self), Error> {
        self.quotient(other, &|| Ok(()))
    }

    /// Quotient and remainder, as far as the limits of an evaluation allow.
    #[allow(dead_code, reason = "not every module divides integers")]
    pub(crate) fn div_rem_within(&self, other: &Self, run: &Run<'_>) -> Result<(Self, Self), Error> {
        self.quotient(other, &|| run.attend())
    }

    fn quotient(&self, other: &Self, poll: &impl Fn() -> Result<(), Error>) -> Result<(Self, Self), Error> {
        if let (Small(a), Small(b)) = (&self.0, &other.0)
            && let (Some(q), Some(r)) = (a.checked_div(*b), a.checked_rem(*b))
        {
            return Ok((Self(Small(q)), Self(Small(r))));
        }
        if other.sign() == 0 {
            return Err(ErrorKind::DivisionByZero.into());
        }
        let (q, r) = words::divide(&self.to_words(), &other.to_words(), poll)?;
        Ok((Self::from_words(self.is_negative() != other.is_negative(), &q), Self::from_words(self.is_negative(), &r)))
    }

    /// The integer with the other sign.
    pub fn negate(&self) -> Self {
        Self::from_words(!self.is_negative(), &self.to_words())
    }

    /// The distance from zero.
    pub fn abs(&self) -> Self {
        Self::from_words(false, &self.to_words())
    }

    /// `-x - 1`
    pub fn complement(&self) -> Self {
        self.negate().sub(&Self(Small(1)))
    }

    /// Bits as of two's complement without end.
    pub(crate) fn bitwise(&self, other: &Self, op: fn(u64, u64) -> u64) -> Self {
        let length = self.to_words().len().max(other.to_words().len()) + 1;
        let (a, b) = (self.two_complement(length), other.two_complement(length));
        Self::from_two_complement(a.iter().zip(&b).map(|(&a, &b)| op(a, b)).collect())
    }

    fn two_complement(&self, length: usize) -> Vec<u64> {
        let mut words = self.to_words();
        words.resize(length, 0);
        if self.is_negative() {
            words::negate_words(&mut words);
        }
        words
    }

    fn from_two_complement(mut words: Vec<u64>) -> Self {
        let is_negative = words.last().is_some_and(|w| w >> 63 == 1);
        if is_negative {
            words::negate_words(&mut words);
        }
        Self::from_words(is_negative, &words)
    }

    /// `x << n`; to the right where `n` is negative.
    ///
    /// # Errors
    /// The result is too large to be held, or for `room` bytes.
    pub fn shift_left(&self, n: i32, room: usize) -> Result<Self, Error> {
        if n < 0 { Ok(self.right(n.unsigned_abs())) } else { self.left(n.unsigned_abs(), room) }
    }

    /// `x >> n`, rounded down; to the left where `n` is negative.
    ///
    /// # Errors
    /// The result is too large to be held, or for `room` bytes.
    pub fn shift_right(&self, n: i32, room: usize) -> Result<Self, Error> {
        if n < 0 { self.left(n.unsigned_abs(), room) } else { Ok(self.right(n.unsigned_abs())) }
    }

    fn fits(bits: u64, room: usize) -> Result<(), Error> {
        if bits > Self::MAX_BITS {
            return Err(ErrorKind::Overflow.into());
        }
        if bits / 8 > room as u64 { Err(ErrorKind::MemoryLimit.into()) } else { Ok(()) }
    }

    fn left(&self, n: u32, room: usize) -> Result<Self, Error> {
        if self.sign() == 0 {
            return Ok(self.clone());
        }
        Self::fits(self.bit_length() + u64::from(n), room)?;
        let mut words = vec![0; (n / 64) as usize];
        let (bits, mut carry) = (n % 64, 0);
        for word in self.to_words() {
            words.push(word << bits | carry);
            carry = if bits == 0 { 0 } else { word >> (64 - bits) };
        }
        words.push(carry);
        Ok(Self::from_words(self.is_negative(), &words))
    }

    fn right(&self, n: u32) -> Self {
        let (skip, bits) = ((n / 64) as usize, n % 64);
        let length = self.to_words().len() + 1;
        let words = self.two_complement(length);
        let fill = if self.is_negative() { u64::MAX } else { 0 };
        let at = |i: usize| words.get(i).copied().unwrap_or(fill);
        Self::from_two_complement((skip..length.max(skip + 1)).map(|i| if bits == 0 { at(i) } else { at(i) >> bits | at(i + 1) << (64 - bits) }).collect())
    }

    fn bit_length(&self) -> u64 {
        let words = self.to_words();
        words.last().map_or(0, |top| words.len() as u64 * 64 - u64::from(top.leading_zeros()))
    }

    /// The power.
    ///
    /// # Errors
    /// A negative exponent, or a result too large to be held, or for `room` bytes.
    pub fn pow(&self, exponent: i32, room: usize) -> Result<Self, Error> {
        self.power(exponent, room, &|| Ok(()))
    }

    /// The power, as far as the limits of an evaluation allow.
    #[allow(dead_code, reason = "not every module has powers")]
    pub(crate) fn pow_within(&self, exponent: i32, run: &Run<'_>) -> Result<Self, Error> {
        self.power(exponent, run.room(), &|| run.attend()).map(|power| run.grown(power))
    }

    fn power(&self, exponent: i32, room: usize, poll: &impl Fn() -> Result<(), Error>) -> Result<Self, Error> {
        let mut left = u32::try_from(exponent).map_err(|_| ErrorKind::NegativeExponent)?;
        Self::fits(self.bit_length().saturating_sub(1).saturating_mul(u64::from(left)).saturating_add(1), room)?;
        let (mut result, mut base) = (Self(Small(1)), self.clone());
        while left > 0 {
            if left & 1 == 1 {
                result = result.product(&base, poll)?;
            }
            left >>= 1;
            if left > 0 {
                base = base.product(&base, poll)?;
            }
        }
        Ok(result)
    }

    /// The greatest common divisor, not negative.
    pub fn gcd(&self, other: &Self) -> Self {
        let Ok(divisor) = self.divisor(other, &never);
        divisor
    }

    /// The greatest common divisor, as far as the limits of an evaluation allow.
    #[allow(dead_code, reason = "not every module has divisors")]
    pub(crate) fn gcd_within(&self, other: &Self, run: &Run<'_>) -> Result<Self, Error> {
        self.divisor(other, &|| run.attend())
    }

    fn divisor<E>(&self, other: &Self, poll: &impl Fn() -> Result<(), E>) -> Result<Self, E> {
        let (mut a, mut b) = (self.to_words(), other.to_words());
        while !b.is_empty() {
            poll()?;
            let (_, mut rest) = words::divide(&a, &b, poll)?;
            rest.truncate(rest.iter().rposition(|&w| w != 0).map_or(0, |i| i + 1));
            (a, b) = (b, rest);
        }
        Ok(Self::from_words(false, &a))
    }

    /// What it takes besides its own place.
    #[allow(dead_code, reason = "of use where memory is counted")]
    pub(crate) fn bytes(&self) -> usize {
        match &self.0 {
            Small(_) => 0,
            Large(_, words) => size_of_val(&**words),
        }
    }

    /// The integer in decimal digits; where those would take long, how large it is.
    pub(crate) fn to_short_text(&self) -> String {
        if self.bytes() > LONG { format!("<integer of {} bits>", self.bit_length()) } else { format!("{self}") }
    }

    /// True for 1, 2, 4 and so on.
    pub fn is_pow2(&self) -> bool {
        self.sign() > 0 && self.to_words().iter().map(|w| w.count_ones()).sum::<u32>() == 1
    }

    /// The integer as one of a fixed width.
    ///
    /// # Errors
    /// It does not fit.
    pub(crate) fn to_fixed<T: TryFrom<i64> + TryFrom<u64>>(&self) -> Result<T, Error> {
        let result = match &self.0 {
            Small(v) => T::try_from(*v).ok(),
            Large(false, words) if words.len() == 1 => T::try_from(words[0]).ok(),
            Large(..) => None,
        };
        result.ok_or_else(|| ErrorKind::Overflow.into())
    }

    /// The nearest double towards zero for large ones, as C# converts.
    pub fn to_f64(&self) -> f64 {
        let words = match &self.0 {
            // C# holds only what fits 32 bits as such.
            Small(v) if i32::try_from(*v).is_ok() => return *v as f64,
            _ => self.to_words(),
        };
        let bits = self.bit_length();
        if bits > 1024 {
            return if self.is_negative() { f64::NEG_INFINITY } else { f64::INFINITY };
        }
        let shift = bits.saturating_sub(53) as u32;
        let top = Self::from_words(false, &words).right(shift);
        let mantissa = top.to_words().first().copied().unwrap_or(0) as f64;
        // Exact, since both factors are: no rounding, as in C#.
        let scaled = mantissa * f64::from_bits((1023 + u64::from(shift)) << 52);
        if self.is_negative() { -scaled } else { scaled }
    }

    /// The integer part of a double.
    ///
    /// # Errors
    /// It is infinite, or a NaN.
    pub fn from_f64(x: f64) -> Result<Self, Error> {
        if !x.is_finite() {
            return Err(ErrorKind::Overflow.into());
        }
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7FF) as i32 - 1075;
        let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
        if exponent < -63 {
            return Ok(Self(Small(0)));
        }
        let mantissa = Self(Small(mantissa.cast_signed()));
        let magnitude = mantissa.shift_left(exponent, usize::MAX)?;
        Ok(if x < 0.0 { magnitude.negate() } else { magnitude })
    }

    /// Reads decimal digits behind an optional minus.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let mut words = Vec::new();
        for chunk in digits.as_bytes().chunks(18) {
            let mut carry = u128::from(chunk.iter().fold(0_u64, |n, b| n * 10 + u64::from(b - b'0')));
            let scale = u128::from(10_u64.pow(chunk.len() as u32));
            for word in &mut words {
                carry += u128::from(*word) * scale;
                *word = carry as u64;
                carry >>= 64;
            }
            if carry > 0 {
                words.push(carry as u64);
            }
        }
        Some(Self::from_words(digits.len() < text.len(), &words))
    }
}

impl From<i64> for Integer {
    fn from(value: i64) -> Self {
        Self(Small(value))
    }
}

impl From<u64> for Integer {
    fn from(value: u64) -> Self {
        Self::from_words(false, &[value])
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Small(a), Small(b)) => a.cmp(b),
            _ => match (self.is_negative(), other.is_negative()) {
                (false, true) => Ordering::Greater,
                (true, false) => Ordering::Less,
                (false, false) => words::compare(&self.to_words(), &other.to_words()),
                (true, true) => words::compare(&other.to_words(), &self.to_words()),
            },
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const CHUNK: u64 = 10_000_000_000_000_000_000;
        let mut words = match &self.0 {
            Small(v) => return v.fmt(f),
            Large(_, words) => words.to_vec(),
        };
        let mut chunks = Vec::new();
        while !words.is_empty() {
            let mut rest = 0;
            for word in words.iter_mut().rev() {
                let wide = rest << 64 | u128::from(*word);
                *word = (wide / u128::from(CHUNK)) as u64;
                rest = wide % u128::from(CHUNK);
            }
            chunks.push(rest as u64);
            while words.last() == Some(&0) {
                words.pop();
            }
        }
        let mut text = String::from(if self.is_negative() { "-" } else { "" });
        for (i, chunk) in chunks.iter().rev().enumerate() {
            text.push_str(&if i == 0 { format!("{chunk}") } else { format!("{chunk:019}") });
        }
        f.write_str(&text)
    }
}

impl fmt::Debug for Integer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
