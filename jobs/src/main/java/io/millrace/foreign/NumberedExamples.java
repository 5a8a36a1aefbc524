package io.millrace.foreign;

import java.util.Iterator;
import java.util.zip.CRC32C;
import scala.Tuple2;

/** The examples of one partition with their numbers; at its end it looks whether they are all. */
final class NumberedExamples implements Iterator<Tuple2<Long, byte[]>> {
  private final int partition;
  private final Iterator<byte[]> rows;
  private final long first;
  private final long[] summary;
  private final CRC32C sum = new CRC32C();
  private long next;

  /**
   * The examples of a partition.
   *
   * @param first number of the first
   * @param summary how many there were when they were counted, and their CRC-32C
   */
  NumberedExamples(int partition, Iterator<byte[]> rows, long first, long[] summary) {
    this.partition = partition;
    this.rows = rows;
    this.first = first;
    this.summary = summary;
    this.next = first;
  }

  @Override
  public boolean hasNext() {
    if (rows.hasNext()) {
      return true;
    }
    if (next - first != summary[0] || sum.getValue() != summary[1]) {
      throw new ForeignDataException(
          "Cannot train on: partition %d of the RDD has other examples now that Spark computed it"
                  .formatted(partition)
              + " again (must be the same each time: persist it, or checkpoint it)");
    }
    return false;
  }

  @Override
  public Tuple2<Long, byte[]> next() {
    byte[] row = rows.next();
    sum.update(row);
    return new Tuple2<>(next++, row);
  }
}
