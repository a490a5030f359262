// SHA-512's compression for the fast build (FIPS 180-4, 6.4.2): sixteen rounds per turn, all state in locals. Never stores anything
// but the chaining value; the small build has its own loop in sha512.ts.
import { ROUND_CONSTANTS, addState, choose, expand, majority, sigma0, sigma1 } from "./sha512-functions";

/**
 * FIPS 180-4, 6.4.2, sixteen rounds per turn; absorbs the 128 bytes at data, any alignment. One long function: with
 * the schedule in locals and made between the rounds it is a tenth faster than with a schedule in memory.
 */
export function compressFast(context: usize, data: usize): void {
  let a = load<u64>(context, 0);
  let b = load<u64>(context, 8);
  let c = load<u64>(context, 16);
  let d = load<u64>(context, 24);
  let e = load<u64>(context, 32);
  let f = load<u64>(context, 40);
  let g = load<u64>(context, 48);
  let h = load<u64>(context, 56);
  let w0 = bswap(load<u64>(data, 0));
  let w1 = bswap(load<u64>(data, 8));
  let w2 = bswap(load<u64>(data, 16));
  let w3 = bswap(load<u64>(data, 24));
  let w4 = bswap(load<u64>(data, 32));
  let w5 = bswap(load<u64>(data, 40));
  let w6 = bswap(load<u64>(data, 48));
  let w7 = bswap(load<u64>(data, 56));
  let w8 = bswap(load<u64>(data, 64));
  let w9 = bswap(load<u64>(data, 72));
  let w10 = bswap(load<u64>(data, 80));
  let w11 = bswap(load<u64>(data, 88));
  let w12 = bswap(load<u64>(data, 96));
  let w13 = bswap(load<u64>(data, 104));
  let w14 = bswap(load<u64>(data, 112));
  let w15 = bswap(load<u64>(data, 120));
  let t: u64;
  let constants = ROUND_CONSTANTS;
  const last = ROUND_CONSTANTS + 512;
  while (true) {
    // The order of the additions keeps the chain from e to the next e, the longest one, short: worth a tenth.
    h = h + (w0 + load<u64>(constants, 0)) + choose(e, f, g);
    d = d + h + (t = sigma1(e));
    h = h + t + majority(a, b, c) + sigma0(a);
    g = g + (w1 + load<u64>(constants, 8)) + choose(d, e, f);
    c = c + g + (t = sigma1(d));
    g = g + t + majority(h, a, b) + sigma0(h);
    f = f + (w2 + load<u64>(constants, 16)) + choose(c, d, e);
    b = b + f + (t = sigma1(c));
    f = f + t + majority(g, h, a) + sigma0(g);
    e = e + (w3 + load<u64>(constants, 24)) + choose(b, c, d);
    a = a + e + (t = sigma1(b));
    e = e + t + majority(f, g, h) + sigma0(f);
    d = d + (w4 + load<u64>(constants, 32)) + choose(a, b, c);
    h = h + d + (t = sigma1(a));
    d = d + t + majority(e, f, g) + sigma0(e);
    c = c + (w5 + load<u64>(constants, 40)) + choose(h, a, b);
    g = g + c + (t = sigma1(h));
    c = c + t + majority(d, e, f) + sigma0(d);
    b = b + (w6 + load<u64>(constants, 48)) + choose(g, h, a);
    f = f + b + (t = sigma1(g));
    b = b + t + majority(c, d, e) + sigma0(c);
    a = a + (w7 + load<u64>(constants, 56)) + choose(f, g, h);
    e = e + a + (t = sigma1(f));
    a = a + t + majority(b, c, d) + sigma0(b);
    h = h + (w8 + load<u64>(constants, 64)) + choose(e, f, g);
    d = d + h + (t = sigma1(e));
    h = h + t + majority(a, b, c) + sigma0(a);
    g = g + (w9 + load<u64>(constants, 72)) + choose(d, e, f);
    c = c + g + (t = sigma1(d));
    g = g + t + majority(h, a, b) + sigma0(h);
    f = f + (w10 + load<u64>(constants, 80)) + choose(c, d, e);
    b = b + f + (t = sigma1(c));
    f = f + t + majority(g, h, a) + sigma0(g);
    e = e + (w11 + load<u64>(constants, 88)) + choose(b, c, d);
    a = a + e + (t = sigma1(b));
    e = e + t + majority(f, g, h) + sigma0(f);
    d = d + (w12 + load<u64>(constants, 96)) + choose(a, b, c);
    h = h + d + (t = sigma1(a));
    d = d + t + majority(e, f, g) + sigma0(e);
    c = c + (w13 + load<u64>(constants, 104)) + choose(h, a, b);
    g = g + c + (t = sigma1(h));
    c = c + t + majority(d, e, f) + sigma0(d);
    b = b + (w14 + load<u64>(constants, 112)) + choose(g, h, a);
    f = f + b + (t = sigma1(g));
    b = b + t + majority(c, d, e) + sigma0(c);
    a = a + (w15 + load<u64>(constants, 120)) + choose(f, g, h);
    e = e + a + (t = sigma1(f));
    a = a + t + majority(b, c, d) + sigma0(b);
    if (constants == last) break;
    constants += 128;
    w0 = expand(w14, w9, w1, w0);
    w1 = expand(w15, w10, w2, w1);
    w2 = expand(w0, w11, w3, w2);
    w3 = expand(w1, w12, w4, w3);
    w4 = expand(w2, w13, w5, w4);
    w5 = expand(w3, w14, w6, w5);
    w6 = expand(w4, w15, w7, w6);
    w7 = expand(w5, w0, w8, w7);
    w8 = expand(w6, w1, w9, w8);
    w9 = expand(w7, w2, w10, w9);
    w10 = expand(w8, w3, w11, w10);
    w11 = expand(w9, w4, w12, w11);
    w12 = expand(w10, w5, w13, w12);
    w13 = expand(w11, w6, w14, w13);
    w14 = expand(w12, w7, w15, w14);
    w15 = expand(w13, w8, w0, w15);
  }
  addState(context, a, b, c, d, e, f, g, h);
}
