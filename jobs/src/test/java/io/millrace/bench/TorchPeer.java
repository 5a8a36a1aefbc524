package io.millrace.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.bytedeco.javacpp.Loader;

/** PyTorch in a process of its own that does one piece of work each time it is asked. */
final class TorchPeer implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final OutputStream orders;

  TorchPeer(String network, String mode, int batch) throws IOException {
    Path script = Files.createTempFile("torch_step", ".py");
    try (InputStream in = TorchPeer.class.getResourceAsStream("/bench/torch_step.py")) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    String python = System.getenv().getOrDefault("PYTHON", "python3");
    ProcessBuilder builder =
        new ProcessBuilder(python, script.toString(), network, mode, Integer.toString(batch));
    builder.environment().put("OMP_NUM_THREADS", "1");
    builder.environment().putIfAbsent("LD_PRELOAD", openBlas());
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = process.getOutputStream();
    script.toFile().deleteOnExit();
  }

  /** ND4J's OpenBLAS: Debian's PyTorch may come with the reference BLAS, a hundred times slower. */
  private static String openBlas() throws IOException {
    return Loader.cacheResource("/org/bytedeco/openblas/linux-x86_64") + "/libopenblas.so.0";
  }

  /** Does the work once and returns its seconds. */
  double seconds() throws IOException {
    orders.write('\n');
    orders.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Cannot run PyTorch: set PYTHON to a python3 with torch");
    }
    return Double.parseDouble(answer);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
