package io.millrace.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.Option;
import scala.reflect.ClassTag$;

/**
 * Bytes that executors keep for each other, as blocks of an RDD in Spark's block managers: in
 * memory while there is room, else on disk. The driver knows where each lies, so that any executor
 * finds it; one that is gone with its executor is nowhere, and whoever needs it makes it anew.
 */
public final class KeptBlocks {
  private KeptBlocks() {}

  /**
   * Keeps a block in this JVM; one that is there already stays as it is.
   *
   * @param rdd whose number says which blocks belong together
   * @return whether memory or disk took it
   */
  public static boolean put(int rdd, int number, byte[] bytes) {
    return SparkEnv.get()
        .blockManager()
        .putBytes(
            new RDDBlockId(rdd, number),
            new ChunkedByteBuffer(ByteBuffer.wrap(bytes)),
            StorageLevel.MEMORY_AND_DISK_SER(),
            true,
            ClassTag$.MODULE$.apply(byte[].class));
  }

  /** Whether a block is kept by a JVM that lives. */
  public static boolean isKept(int rdd, int number) {
    return SparkEnv.get().blockManager().master().contains(new RDDBlockId(rdd, number));
  }

  /** A block, from this JVM or from whichever has it; nothing where it is nowhere. */
  public static Optional<byte[]> get(int rdd, int number) {
    BlockManager blocks = SparkEnv.get().blockManager();
    RDDBlockId id = new RDDBlockId(rdd, number);
    try {
      Option<BlockData> here = blocks.getLocalBytes(id);
      if (here.isDefined()) {
        try {
          return Optional.of(copy(here.get().toByteBuffer()));
        } finally {
          here.get().dispose();
          blocks.releaseLock(id, Option.empty());
        }
      }
      Option<ChunkedByteBuffer> there = blocks.getRemoteBytes(id);
      return there.isDefined() ? Optional.of(there.get().toArray()) : Optional.empty();
    } catch (Exception e) {
      // Scala declares no exceptions: any may come.
      throw new UncheckedIOException(
          new IOException("Cannot read %s: %s".formatted(id, e.getMessage()), e));
    }
  }

  private static byte[] copy(ByteBuffer from) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }

  /** Drops the blocks of an RDD everywhere, in the background; called on the driver. */
  public static void drop(int rdd) {
    SparkEnv.get().blockManager().master().removeRdd(rdd, false);
  }
}
