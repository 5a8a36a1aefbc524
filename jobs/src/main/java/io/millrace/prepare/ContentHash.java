package io.millrace.prepare;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.apache.commons.codec.digest.DigestUtils;

/** SHA-256 of an image's bytes in the source, as four big-endian numbers. */
record ContentHash(long a, long b, long c, long d)
    implements Serializable, Comparable<ContentHash> {

  static ContentHash of(byte[] bytes) {
    ByteBuffer digest = ByteBuffer.wrap(DigestUtils.sha256(bytes));
    return new ContentHash(digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
  }

  /** Uniform in [0, 1): the first 53 bits. */
  double fraction() {
    return fraction(a);
  }

  /** The fraction of a hash whose first 64 bits are {@code first}. */
  static double fraction(long first) {
    return (first >>> 11) * 0x1p-53;
  }

  /**
   * The id of an example: the first 64 bits of SHA-256 over (content, label, occurrence).
   *
   * @param occurrence number among equal images of equal label, from 0 in order of (file, row)
   */
  long id(String label, int occurrence) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    digest.update(ByteBuffer.allocate(32).putLong(a).putLong(b).putLong(c).putLong(d).flip());
    digest.update(ByteBuffer.allocate(4).putInt(occurrence).flip());
    digest.update(label.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  @Override
  public int compareTo(ContentHash other) {
    int first = Long.compare(a, other.a);
    int second = first != 0 ? first : Long.compare(b, other.b);
    int third = second != 0 ? second : Long.compare(c, other.c);
    return third != 0 ? third : Long.compare(d, other.d);
  }
}
