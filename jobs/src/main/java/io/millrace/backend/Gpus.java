package io.millrace.backend;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The GPUs of this JVM, asked of the driver's own tool: ND4J cannot load on one that its binaries
 * hold no code for, and dies in native code. Runs on executors.
 */
final class Gpus {
  private static final Logger LOG = LoggerFactory.getLogger(Gpus.class);

  /** Compute capability of the oldest GPU that the CUDA binaries hold machine code for. */
  private static final double OLDEST = 3.7;

  /** Of the newest that runs their code: that for 8.6 serves all later ones of major version 8. */
  private static final double NEWEST = 8.9;

  /** The oldest driver under which code of CUDA 11 runs (NVIDIA, CUDA Compatibility, table 1). */
  private static final String OLDEST_DRIVER = "450.80.02";

  /** By which CUDA numbers GPUs as nvidia-smi does, and not by speed. */
  private static final String ORDER = "CUDA_DEVICE_ORDER";

  private static final String MIG = "MIG-";
  private static final String QUERY = "name,compute_cap,driver_version";

  private static volatile List<String> assigned = List.of();
  private static volatile String visible = System.getenv(Devices.VISIBLE);

  private Gpus() {}

  /**
   * Takes these addresses as the only GPUs of this JVM and shows CUDA no others, which ND4J would
   * take memory of; none means all that CUDA shows it. Before ND4J loads.
   */
  static void assign(List<String> addresses) {
    assigned = List.copyOf(addresses);
    visible = narrowed(System.getenv(Devices.VISIBLE), addresses);
    if (visible != null) {
      NativeVariables.set(Devices.VISIBLE, visible);
      NativeVariables.setMissing(Map.of(ORDER, "PCI_BUS_ID"));
    }
  }

  /**
   * What CUDA_VISIBLE_DEVICES has to say for CUDA to see the addresses assigned alone.
   *
   * @param given what it says, or null
   */
  static String narrowed(String given, List<String> addresses) {
    boolean shown = given == null || split(given).containsAll(addresses);
    return addresses.isEmpty() || !shown ? given : String.join(",", addresses);
  }

  /** What CUDA_VISIBLE_DEVICES says to CUDA in this JVM, or null. */
  static String visible() {
    return visible;
  }

  /** The addresses in CUDA_VISIBLE_DEVICES. */
  static List<String> split(String visible) {
    return Arrays.asList(visible.split("\\s*,\\s*"));
  }

  /** Addresses assigned to this JVM, empty where nobody assigned any. */
  static List<String> assigned() {
    return assigned;
  }

  /**
   * Refuses GPUs that the CUDA binaries cannot run on.
   *
   * @throws IllegalStateException when the compute capability of one is not 3.7 to 8.9, its driver
   *     is older than 450.80.02, or CUDA would see one of several MIG devices
   */
  static void check() {
    check(NvidiaSmi.here(), assigned, visible);
  }

  /**
   * Looks at the GPUs assigned, else at those in {@code visible}, else at all of the machine.
   *
   * @param visible what CUDA_VISIBLE_DEVICES says, or null
   */
  static void check(NvidiaSmi tool, List<String> assigned, String visible) {
    List<String> ids = assigned.isEmpty() && visible != null ? split(visible) : assigned;
    long instances = ids.stream().filter(Gpus::isMig).count();
    if (instances > 1) {
      throw new IllegalStateException(
          "Cannot use MIG devices %s: CUDA shows a process one of them (must be one an executor, spark.executor.resource.gpu.amount=1)"
              .formatted(String.join(", ", ids)));
    }
    tool.ask(QUERY, instances > 0 ? List.of() : ids).forEach(Gpus::check);
  }

  /** Whether an address is a part of a GPU. */
  static boolean isMig(String address) {
    return address.startsWith(MIG);
  }

  private static void check(String line) {
    String[] fields = line.split("\\s*,\\s*");
    int last = fields.length - 1;
    if (last < 2) {
      LOG.warn("Cannot tell the GPU of {}", line);
      return;
    }
    String name = String.join(", ", Arrays.asList(fields).subList(0, last - 1)).strip();
    checkCapability(name, fields[last - 1]);
    checkDriver(name, fields[last].strip());
  }

  private static void checkCapability(String name, String answer) {
    double capability;
    try {
      capability = Double.parseDouble(answer);
    } catch (NumberFormatException e) {
      LOG.warn("Cannot tell the compute capability of GPU {}: {}", name, answer);
      return;
    }
    if (!(capability >= OLDEST && capability <= NEWEST)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Cannot use GPU %s: compute capability %.1f (must be %.1f to %.1f)",
              name,
              capability,
              OLDEST,
              NEWEST));
    }
  }

  private static void checkDriver(String name, String version) {
    if (!version.matches("\\d{1,6}(\\.\\d{1,6}){1,3}")) {
      LOG.warn("Cannot tell the driver of GPU {}: {}", name, version);
    } else if (Arrays.compare(numbers(version), numbers(OLDEST_DRIVER)) < 0) {
      throw new IllegalStateException(
          "Cannot use GPU %s: driver %s (must be %s or newer, for CUDA 11.6)"
              .formatted(name, version, OLDEST_DRIVER));
    }
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
