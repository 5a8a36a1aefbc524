package io.millrace.backend;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says to the other processes of this machine that this one trains on a GPU, by a locked file, and
 * refuses a GPU on which another does: two Workers of one machine may each have found the same. A
 * claim lasts as long as the process, as Spark's assignment does. Runs on executors.
 */
final class GpuClaims {
  private static final Logger LOG = LoggerFactory.getLogger(GpuClaims.class);
  private static final int PID_BYTES = 20;

  private final Path folder;
  private final NvidiaSmi tool;
  private final Map<String, FileChannel> held = new HashMap<>();

  /**
   * Claims by files.
   *
   * @param folder one that all processes of the machine share
   * @param tool tells how large a GPU is
   */
  GpuClaims(Path folder, NvidiaSmi tool) {
    this.folder = folder;
    this.tool = tool;
  }

  /**
   * Claims a GPU, if that was not done before.
   *
   * @param address as Spark's discovery script found it
   * @param need memory that a replica takes there at most, in bytes; 0 where that is not known
   * @throws IllegalStateException where another process has it, or it has less memory
   */
  synchronized void take(String address, long need) {
    if (!held.containsKey(address)) {
      checkMemory(address, need);
      held.put(address, lock(address));
      LOG.info("A replica of its own trains on GPU {}", address);
    }
  }

  /** The locked file of a GPU; null where its folder takes none, which is no reason to stop. */
  private FileChannel lock(String address) {
    Path file =
        folder.resolve("millrace-gpu-%s.lock".formatted(address.replaceAll("[^\\w-]", "-")));
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        channel.truncate(0);
        channel.write(bytes(Long.toString(ProcessHandle.current().pid())));
        return channel;
      }
      ByteBuffer pid = ByteBuffer.allocate(PID_BYTES);
      channel.read(pid);
      channel.close();
      throw new IllegalStateException(
          "Cannot train on GPU %s: process %s of this machine trains on it, by %s (must be one replica a GPU: CUDA_VISIBLE_DEVICES shows each Spark worker its own)"
              .formatted(
                  address,
                  new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII),
                  file));
    } catch (IOException e) {
      LOG.warn("Cannot tell whether others use GPU {}: {}", address, e.toString());
      return channel;
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void checkMemory(String address, long need) {
    if (need == 0 || Gpus.isMig(address)) { // the tool tells of whole GPUs
      return;
    }
    for (String mebibytes : tool.ask("memory.total", List.of(address))) {
      if (!mebibytes.matches("\\d{1,9}")) {
        LOG.warn("Cannot tell the memory of GPU {}: {}", address, mebibytes);
      } else if (Long.parseLong(mebibytes) << 20 < need) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "Cannot train on GPU %s: it has %s MiB, the plan needs %d MiB there (lower training.batchPerWorker)",
                address,
                mebibytes,
                need >> 20));
      }
    }
  }
}
