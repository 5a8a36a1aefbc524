package io.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.bytedeco.javacpp.Loader;

/** PyTorch in a process of its own that does one piece of work each time it is asked. */
public final class TorchPeer implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private final BufferedReader answers;
  private final OutputStream orders;

  /** Updates or inferences of a network, one a piece, on one thread. */
  TorchPeer(String network, String mode, int batch) throws IOException {
    this(List.of("torch_step.py"), network, mode, Integer.toString(batch));
  }

  private TorchPeer(List<String> scripts, String... arguments) throws IOException {
    folder = Files.createTempDirectory("millrace-torch");
    ProcessBuilder builder = PythonPeer.of(folder, scripts, arguments);
    builder.environment().putIfAbsent("LD_PRELOAD", openBlas());
    process = builder.start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.getOutputStream();
  }

  /**
   * Updates of ResNet-20 by DistributedDataParallel over gloo, two processes of one thread.
   *
   * @param batch examples of an update in each process
   * @param updates of one piece of work
   */
  public static TorchPeer distributed(int batch, int updates) throws IOException {
    return new TorchPeer(
        List.of("torch_ddp.py", "torch_step.py"),
        Integer.toString(batch),
        Integer.toString(updates));
  }

  /** ND4J's OpenBLAS: Debian's PyTorch may come with the reference BLAS, a hundred times slower. */
  private static String openBlas() throws IOException {
    return Loader.cacheResource("/org/bytedeco/openblas/linux-x86_64") + "/libopenblas.so.0";
  }

  /** Does the work once and returns its seconds. */
  public double seconds() throws IOException {
    orders.write('\n');
    orders.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Cannot run PyTorch: set PYTHON to a python3 with torch");
    }
    return Double.parseDouble(answer);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    orders.close(); // its standard input ends, and so does it
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroy();
    }
    FileUtils.deleteDirectory(folder.toFile());
  }
}
