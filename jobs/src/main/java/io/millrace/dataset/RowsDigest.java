package io.millrace.dataset;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * SHA-256 over rows in order: id (8 bytes), label (4), length of the image (4), all big-endian, and
 * the image. Unlike a checksum of a Parquet file it depends on nothing that a writer may choose:
 * parquet-mr lists a column's encodings in an order that differs from JVM to JVM.
 */
final class RowsDigest {
  private final MessageDigest digest = DigestUtils.getSha256Digest();
  private final ByteBuffer head = ByteBuffer.allocate(Long.BYTES + 2 * Integer.BYTES);

  void add(long id, int label, byte[] image) {
    digest.update(head.clear().putLong(id).putInt(label).putInt(image.length).flip());
    digest.update(image);
  }

  /** The digest in hexadecimal digits; nothing can be added after. */
  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
