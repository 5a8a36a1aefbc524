package io.millrace.image;

/** The bits of lossless WebP, the lowest of each byte first. Not thread-safe. */
final class Vp8lBits {
  private final ByteReader in;
  private int at;
  private long bits;
  private int count;

  Vp8lBits(ByteReader in) {
    this.in = in;
  }

  boolean flag() {
    return number(1) == 1;
  }

  /** A number of {@code size} bits, at most 24. */
  int number(int size) {
    fill();
    int number = (int) bits & (1 << size) - 1;
    drop(size);
    return number;
  }

  /** The next bits, behind the end zeros; {@link #drop} takes some of them. */
  int peek() {
    fill();
    return (int) bits;
  }

  void drop(int size) {
    bits >>>= size;
    count -= size;
    if (count < 0) {
      throw new BadImageException("corrupt WebP, too little pixel data");
    }
  }

  private void fill() {
    while (count <= 32 && at < in.length()) {
      bits |= (long) (in.data()[in.offset() + at++] & 0xff) << count;
      count += 8;
    }
  }
}
