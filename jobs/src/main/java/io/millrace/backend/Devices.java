package io.millrace.backend;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which device a thread works on. ND4J gives each new thread the next one in turn; here a thread
 * works on the GPU that Spark gave to its task, and arrays of other threads are brought there. On a
 * CPU there is nothing to choose.
 */
public final class Devices {
  /** Where there is no device to choose. */
  public static final int NONE = -1;

  /**
   * Property of a Spark job: what a replica takes of a GPU's memory at most, in bytes, as the plan
   * of the run has it.
   */
  public static final String MEMORY = "millrace.gpu.memory";

  /** The variable by which CUDA shows a process some GPUs only, numbered anew from 0. */
  static final String VISIBLE = "CUDA_VISIBLE_DEVICES";

  static final String GPU = "gpu";

  /** ND4J's side of it. */
  interface Affinity {
    /** Devices that this process sees; 0 on a CPU. */
    int count();

    /** That of the current thread. */
    int current();

    /** Makes it that of the current thread. */
    void use(int device);

    /** A copy on another device. */
    INDArray copy(INDArray array, int device);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
  private static final GpuClaims CLAIMS =
      new GpuClaims(Path.of(System.getProperty("java.io.tmpdir")), NvidiaSmi.here());
  private static final AtomicBoolean ASSIGNED_IN_VAIN = new AtomicBoolean();

  private static volatile Affinity affinity = new Nd4jAffinity();

  private Devices() {}

  /** Takes another affinity than ND4J's; returns the one before. For tests. */
  static Affinity replace(Affinity other) {
    Affinity before = affinity;
    affinity = other;
    return before;
  }

  /**
   * The device of the running task: the one GPU that Spark assigned to it, or the only one that
   * there is; {@link #NONE} on a CPU.
   *
   * @throws IllegalStateException where that leaves a choice
   */
  public static int ofTask() {
    int count = affinity.count();
    if (count == 0) {
      return NONE;
    }
    return choose(assignedToTask(), Gpus.visible(), count);
  }

  /**
   * Claims the GPU of the running task for this process, whatever computes: on a CPU it is taken
   * all the same, and said to be of no use.
   *
   * @param device what {@link #ofTask} said
   * @throws IllegalStateException where another process of this machine trains on it, or it has
   *     less memory than the plan needs
   */
  public static void claim(int device) {
    List<String> assigned = assignedToTask();
    if (!assigned.isEmpty() && device == NONE && ASSIGNED_IN_VAIN.compareAndSet(false, true)) {
      LOG.warn(
          "Spark gave GPU {}, and this jar computes on the CPU (BACKEND=cuda deploy/submit takes the other)",
          assigned.get(0));
    }
    if (!assigned.isEmpty()) {
      CLAIMS.take(assigned.get(0), need());
    } else if (device != NONE && affinity instanceof Nd4jAffinity) {
      String visible = Gpus.visible();
      CLAIMS.take(
          visible == null ? Integer.toString(device) : Gpus.split(visible).get(device), need());
    }
  }

  private static long need() {
    TaskContext task = TaskContext.get();
    String need = task == null ? null : task.getLocalProperty(MEMORY);
    return need == null ? 0 : Long.parseLong(need);
  }

  private static List<String> assignedToTask() {
    TaskContext task = TaskContext.get();
    ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(GPU);
    return gpus == null ? List.of() : List.of(gpus.addresses());
  }

  /** The first GPU that Spark assigned to this JVM; {@link #NONE} where it assigned none. */
  static int ofJvm() {
    List<String> assigned = Gpus.assigned();
    return assigned.isEmpty() || affinity.count() == 0
        ? NONE
        : choose(assigned.subList(0, 1), Gpus.visible(), affinity.count());
  }

  /**
   * The number that CUDA has for the GPU assigned.
   *
   * @param assigned addresses as Spark's discovery script found them
   * @param visible what CUDA_VISIBLE_DEVICES says, or null
   * @param count devices that CUDA sees
   */
  static int choose(List<String> assigned, String visible, int count) {
    if (assigned.size() > 1) {
      throw new IllegalStateException(
          "Cannot choose one of GPUs %s: the task has all of them (must be one,"
                  .formatted(String.join(", ", assigned))
              + " spark.task.resource.gpu.amount=1)");
    }
    if (assigned.isEmpty()) {
      if (count > 1) {
        throw new IllegalStateException(
            ("Cannot choose one of %d GPUs: Spark assigned none (must be one a task,"
                    + " spark.task.resource.gpu.amount=1, or %s must show one)")
                .formatted(count, VISIBLE));
      }
      return 0;
    }
    String address = assigned.get(0);
    int device = number(address, visible);
    if (device < 0 || device >= count) {
      throw new IllegalStateException(
          "Cannot use GPU %s: CUDA sees %d devices, %s is %s"
              .formatted(address, count, VISIBLE, visible == null ? "not set" : visible));
    }
    return device;
  }

  private static int number(String address, String visible) {
    if (visible != null) {
      return Gpus.split(visible).indexOf(address);
    }
    return address.matches("\\d{1,4}") ? Integer.parseInt(address) : NONE;
  }

  /** Makes {@code device} that of the current thread, before its first array. */
  public static void use(int device) {
    if (device != NONE) {
      affinity.use(device);
    }
  }

  /** The device of the current thread. */
  public static int current() {
    return affinity.count() == 0 ? NONE : affinity.current();
  }

  /** The array, or where it was made on another device than this thread's a copy on this one. */
  public static INDArray here(INDArray array, int madeOn) {
    return madeOn == current() ? array : affinity.copy(array, current());
  }

  private static final class Nd4jAffinity implements Affinity {
    @Override
    public int count() {
      return Nd4j.getExecutioner().type() == ExecutionerType.CUDA
          ? Nd4j.getAffinityManager().getNumberOfDevices()
          : 0;
    }

    @Override
    public int current() {
      return Nd4j.getAffinityManager().getDeviceForCurrentThread();
    }

    @Override
    public void use(int device) {
      Nd4j.getAffinityManager().unsafeSetDevice(device);
    }

    @Override
    public INDArray copy(INDArray array, int device) {
      return Nd4j.getAffinityManager().replicateToDevice(device, array);
    }
  }
}
