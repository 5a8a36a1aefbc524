package io.millrace.epoch;

import io.millrace.backend.Devices;
import io.millrace.backend.HostAccess;
import io.millrace.dataset.IdSum;
import java.nio.FloatBuffer;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of one minibatch, used again and again, and what is in it now: NHWC features, targets,
 * and what filling it cost.
 */
final class PreparedMinibatch {
  final FloatBuffer features;
  final FloatBuffer targets;
  private final boolean ofFeatures;
  private final int capacity;
  private final int device;
  private final INDArray featureArray;
  private final INDArray targetArray;
  private final HostAccess featureAccess;
  private final HostAccess targetAccess;
  private final DataSet full;
  private int examples;
  private IdSum ids;
  private List<Long> exampleIds;
  private long decodeNanos;
  private long augmentNanos;

  PreparedMinibatch(FeedSpec spec) {
    FeedSpec.Images images = spec.images();
    capacity = spec.shape().largestMinibatch();
    Devices.use(Devices.ofTask());
    device = Devices.current();
    ofFeatures = spec.isOfFeatures();
    featureArray =
        ofFeatures
            ? Nd4j.createUninitialized(DataType.FLOAT, capacity, spec.features())
            : Nd4j.createUninitialized(
                DataType.FLOAT, capacity, images.height(), images.width(), images.channels());
    targetArray = Nd4j.createUninitialized(DataType.FLOAT, capacity, images.classes());
    featureAccess = HostAccess.writing(featureArray);
    targetAccess = HostAccess.writing(targetArray);
    features = featureAccess.floats();
    targets = targetAccess.floats();
    full = view(capacity);
  }

  /** Says what is in the memory now and what it cost. */
  void filled(List<Long> exampleIds, IdSum ids, long decodeNanos, long augmentNanos) {
    this.examples = exampleIds.size();
    this.exampleIds = exampleIds;
    this.ids = ids;
    this.decodeNanos = decodeNanos;
    this.augmentNanos = augmentNanos;
  }

  int examples() {
    return examples;
  }

  IdSum ids() {
    return ids;
  }

  long decodeNanos() {
    return decodeNanos;
  }

  long augmentNanos() {
    return augmentNanos;
  }

  /**
   * The minibatch as [N, C, H, W] features over NHWC memory, or [N, F] where a trunk made them, and
   * [N, K] targets, on the device of the thread that asks: a feed may serve another task than the
   * one that made it. Its example metadata are the ids.
   */
  DataSet dataSet() {
    featureAccess.written();
    targetAccess.written();
    DataSet data = examples == capacity && device == Devices.current() ? full : view(examples);
    data.setExampleMetaData(exampleIds);
    return data;
  }

  private DataSet view(int rows) {
    INDArray fed = first(Devices.here(featureArray, device), rows);
    return new DataSet(
        ofFeatures ? fed : fed.permute(0, 3, 1, 2), first(Devices.here(targetArray, device), rows));
  }

  private static INDArray first(INDArray array, int rows) {
    long[] shape = array.shape().clone();
    shape[0] = rows;
    return Nd4j.create(array.data(), shape, array.stride(), 0, 'c');
  }
}
