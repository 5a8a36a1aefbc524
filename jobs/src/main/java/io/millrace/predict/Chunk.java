package io.millrace.predict;

import io.millrace.source.Slice;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Rows of a source that one task predicts, in one file.
 *
 * @param number its place among the chunks
 * @param pieces what it reads, in order
 */
record Chunk(int number, List<Piece> pieces) implements Serializable {
  /** Most slices of a chunk, as of many small files. */
  private static final int MOST_PIECES = 4096;

  /**
   * Rows {@code [from, to)} of a slice, by their numbers in the file.
   *
   * @param bytes about
   */
  record Piece(Slice slice, long from, long to, long bytes) implements Serializable {
    long rows() {
      return to - from;
    }
  }

  /**
   * How large chunks are.
   *
   * @param rows of a chunk, at most
   * @param bytes of what a chunk reads, about
   */
  record Size(long rows, long bytes) {
    private static final long MOST_BYTES = 128L << 20;
    private static final long MOST_ROWS = 16_384;
    private static final long LEAST_ROWS = 256;
    private static final int CHUNKS_OF_A_SLOT = 4;

    /**
     * A size that gives each of so many slots some chunks, of whole passes: a part of one takes
     * longer an image, and of another size than the last it makes kernels anew.
     *
     * @param batch images of a pass
     */
    static Size of(List<Slice> slices, int slots, int batch) {
      long rows = slices.stream().mapToLong(Slice::rows).sum();
      long share = rows / ((long) CHUNKS_OF_A_SLOT * slots) + 1;
      long bounded = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, share));
      return new Size((bounded + batch - 1) / batch * batch, MOST_BYTES);
    }
  }

  /** All of a source, in its order. */
  static List<Chunk> of(List<Slice> slices, Size size) {
    List<Chunk> chunks = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    long rows = 0;
    long bytes = 0;
    for (Piece piece : pieces(slices, size)) {
      boolean full =
          rows + piece.rows() > size.rows || bytes >= size.bytes || pieces.size() == MOST_PIECES;
      if (full && !pieces.isEmpty()) {
        chunks.add(new Chunk(chunks.size(), List.copyOf(pieces)));
        pieces.clear();
        rows = 0;
        bytes = 0;
      }
      pieces.add(piece);
      rows += piece.rows();
      bytes += piece.bytes();
    }
    if (!pieces.isEmpty()) {
      chunks.add(new Chunk(chunks.size(), List.copyOf(pieces)));
    }
    return chunks;
  }

  /** The slices, cut where they have more rows than a chunk. */
  private static List<Piece> pieces(List<Slice> slices, Size size) {
    List<Piece> pieces = new ArrayList<>();
    for (Slice slice : slices) {
      long end = slice.firstRow() + slice.rows();
      for (long from = slice.firstRow(); from < end; from += size.rows) {
        long to = Math.min(end, from + size.rows);
        long bytes = Math.round((double) slice.bytes() * (to - from) / slice.rows());
        pieces.add(new Piece(slice, from, to, bytes));
      }
    }
    return pieces;
  }

  long rows() {
    return pieces.stream().mapToLong(Piece::rows).sum();
  }

  /** The name of its file, made of what it reads. */
  String file() {
    StringBuilder text = new StringBuilder();
    for (Piece piece : pieces) {
      Slice slice = piece.slice;
      text.append("%s %d %d %d\n".formatted(slice.file(), slice.part(), piece.from, piece.to));
    }
    return "part-%05d-%s.parquet"
        .formatted(number, DigestUtils.sha256Hex(text.toString()).substring(0, 16));
  }
}
