package io.millrace.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.Option;
import scala.reflect.ClassTag$;

/**
 * Slices in the block managers of the JVMs that made them, as blocks of an RDD. Within a JVM
 * nothing is copied, and over the network a slice goes once, where the result of a task is
 * serialised twice and fetched whole. Blocks that do not fit into memory lie on disk.
 */
public final class SliceBlocks {
  /** A slice has a few MiB; an executor that does not send it for so long is stalled or gone. */
  private static final int FETCH_SECONDS = 20;

  /** RDDs younger than so many before the newest may be dropped just now; rounds make one each. */
  private static final int DROPPING = 64;

  /** The RDDs, by run, of which this JVM may hold slices. */
  private static final Map<String, Set<Integer>> KEPT = new ConcurrentHashMap<>();

  private SliceBlocks() {}

  /**
   * Keeps slice {@code number} in this JVM; one that is there already stays as it is.
   *
   * @throws IllegalStateException when neither memory nor disk take it
   */
  public static void put(String run, int rdd, int number, byte[] slice) {
    KEPT.computeIfAbsent(run, any -> ConcurrentHashMap.newKeySet()).add(rdd);
    RDDBlockId id = new RDDBlockId(rdd, number);
    boolean kept =
        SparkEnv.get()
            .blockManager()
            .putBytes(
                id,
                new ChunkedByteBuffer(ByteBuffer.wrap(slice)),
                StorageLevel.MEMORY_AND_DISK_SER(),
                false,
                ClassTag$.MODULE$.apply(byte[].class));
    if (!kept) {
      throw new IllegalStateException(
          "Cannot keep %s, %d bytes, in %s: neither memory nor disk took it"
              .formatted(id, slice.length, Location.here()));
    }
  }

  /**
   * Drops in this JVM what a run left of the RDDs long before {@code rdd}: a late loser of
   * speculation may have put its slices after they were dropped everywhere. Not of those that may
   * be dropped at this moment: where two remove the same block, Spark lets the second one lock what
   * is gone, which fails its task.
   */
  public static void sweep(String run, int rdd) {
    BlockManager blocks = SparkEnv.get().blockManager();
    Set<Integer> kept = KEPT.getOrDefault(run, Set.of());
    List<Integer> before = kept.stream().filter(id -> id < rdd - DROPPING).toList();
    before.forEach(blocks::removeRdd);
    before.forEach(kept::remove);
  }

  /**
   * Slice {@code number}, to be read only.
   *
   * @param maker the JVM that made it
   * @throws UncheckedIOException when it is gone, as its executor is
   */
  public static ByteBuffer get(int rdd, int number, Location maker) {
    BlockManager blocks = SparkEnv.get().blockManager();
    BlockId id = new RDDBlockId(rdd, number);
    try {
      Option<BlockData> here = blocks.getLocalBytes(id);
      if (here.isDefined()) {
        ByteBuffer bytes = here.get().toByteBuffer();
        blocks.releaseLock(id, Option.empty());
        return bytes;
      }
      return fetch(blocks, id, maker);
    } catch (Exception e) {
      // Scala declares no exceptions: any may come.
      throw new UncheckedIOException(
          new IOException("Cannot read %s from %s: %s".formatted(id, maker, e.getMessage()), e));
    }
  }

  /** Fetches a slice of another JVM; one that is stalled is given up, as speculation can help. */
  private static ByteBuffer fetch(BlockManager blocks, BlockId id, Location maker)
      throws Exception {
    CompletableFuture<ByteBuffer> slice = new CompletableFuture<>();
    blocks
        .blockTransferService()
        .fetchBlocks(
            maker.host(),
            maker.port(),
            maker.executor(),
            new String[] {id.name()},
            new Fetched(slice),
            null);
    try {
      return slice.get(FETCH_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("no answer in " + FETCH_SECONDS + " s", e);
    }
  }

  /** Drops the slices of an RDD everywhere, in the background; called on the driver. */
  public static void drop(int rdd) {
    SparkEnv.get().blockManager().master().removeRdd(rdd, false);
  }

  /** Completes a slice with a copy of what came. */
  private record Fetched(CompletableFuture<ByteBuffer> slice) implements BlockFetchingListener {
    @Override
    public void onBlockFetchSuccess(String id, ManagedBuffer data) {
      try {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(data.size()));
        slice.complete(bytes.put(data.nioByteBuffer()).flip());
      } catch (IOException e) {
        slice.completeExceptionally(e);
      }
    }

    @Override
    public void onBlockFetchFailure(String id, Throwable e) {
      slice.completeExceptionally(e);
    }
  }
}
