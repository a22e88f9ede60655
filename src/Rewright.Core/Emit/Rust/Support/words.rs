//! Arithmetic on magnitudes: words of 64 bits, the lowest first.

use core::cmp::Ordering;
use alloc::{vec, vec::Vec};

pub(crate) fn compare(a: &[u64], b: &[u64]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

pub(crate) fn negate_words(words: &mut [u64]) {
    let mut carry = true;
    for word in words {
        (*word, carry) = (!*word).overflowing_add(u64::from(carry));
    }
}

pub(crate) fn add(a: &[u64], b: &[u64]) -> Vec<u64> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut carry = 0_u128;
    let mut sum: Vec<u64> = Vec::with_capacity(long.len() + 1);
    for (i, &word) in long.iter().enumerate() {
        carry += u128::from(word) + u128::from(short.get(i).copied().unwrap_or(0));
        sum.push(carry as u64);
        carry >>= 64;
    }
    sum.push(carry as u64);
    sum
}

/// The difference of two magnitudes, the first not being smaller.
pub(crate) fn subtract(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut borrow = false;
    a.iter().enumerate().map(|(i, &word)| {
        let (d, b1) = word.overflowing_sub(b.get(i).copied().unwrap_or(0));
        let (d, b2) = d.overflowing_sub(u64::from(borrow));
        borrow = b1 || b2;
        d
    }).collect()
}

/// The product of two magnitudes. Both are long where it takes long, so to ask at each word of one is often enough, and costs little.
pub(crate) fn multiply<E>(a: &[u64], b: &[u64], poll: &impl Fn() -> Result<(), E>) -> Result<Vec<u64>, E> {
    let mut product = vec![0; a.len() + b.len()];
    for (i, &x) in a.iter().enumerate() {
        poll()?;
        let mut carry = 0_u128;
        for (j, &y) in b.iter().enumerate() {
            carry += u128::from(x) * u128::from(y) + u128::from(product[i + j]);
            product[i + j] = carry as u64;
            carry >>= 64;
        }
        product[i + b.len()] = carry as u64;
    }
    Ok(product)
}

/// Quotient and remainder of magnitudes (Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D).
pub(crate) fn divide<E>(a: &[u64], b: &[u64], poll: &impl Fn() -> Result<(), E>) -> Result<(Vec<u64>, Vec<u64>), E> {
    if compare(a, b) == Ordering::Less {
        return Ok((Vec::new(), a.to_vec()));
    }
    let shift = b[b.len() - 1].leading_zeros();
    let shifted = |words: &[u64]| {
        let mut result: Vec<u64> = Vec::with_capacity(words.len() + 1);
        let mut carry = 0;
        for &word in words {
            result.push(word << shift | carry);
            carry = if shift == 0 { 0 } else { word >> (64 - shift) };
        }
        result.push(carry);
        result
    };
    let mut rest = shifted(a);
    let mut divisor = shifted(b);
    divisor.pop();
    let n = divisor.len();
    let top = u128::from(divisor[n - 1]);
    let second = if n > 1 { u128::from(divisor[n - 2]) } else { 0 };
    let mut quotient = vec![0; rest.len() - n];
    for j in (0..quotient.len()).rev() {
        poll()?;
        let high = u128::from(rest[j + n]) << 64 | u128::from(rest[j + n - 1]);
        let (mut guess, mut left) = (high / top, high % top);
        let next = if n > 1 { u128::from(rest[j + n - 2]) } else { 0 };
        while guess >> 64 != 0 || guess * second > (left << 64 | next) {
            guess -= 1;
            left += top;
            if left >> 64 != 0 {
                break;
            }
        }
        let (mut carry, mut borrow) = (0_u128, false);
        for i in 0..n {
            carry += guess * u128::from(divisor[i]);
            let (d, b1) = rest[i + j].overflowing_sub(carry as u64);
            let (d, b2) = d.overflowing_sub(u64::from(borrow));
            (rest[i + j], borrow) = (d, b1 || b2);
            carry >>= 64;
        }
        let (d, b1) = rest[j + n].overflowing_sub(carry as u64);
        let (d, b2) = d.overflowing_sub(u64::from(borrow));
        rest[j + n] = d;
        if b1 || b2 {
            // The guess was one too large, which is rare.
            guess -= 1;
            let mut carry = 0_u128;
            for i in 0..n {
                carry += u128::from(rest[i + j]) + u128::from(divisor[i]);
                rest[i + j] = carry as u64;
                carry >>= 64;
            }
            rest[j + n] = rest[j + n].wrapping_add(carry as u64);
        }
        quotient[j] = guess as u64;
    }
    rest.truncate(n);
    let mut carry = 0;
    for word in rest.iter_mut().rev() {
        let low = if shift == 0 { 0 } else { *word << (64 - shift) };
        *word = *word >> shift | carry;
        carry = low;
    }
    Ok((quotient, rest))
}
