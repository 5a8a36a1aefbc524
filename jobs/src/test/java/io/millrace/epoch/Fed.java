package io.millrace.epoch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.nd4j.linalg.dataset.DataSet;

/** What one partition gave: features and labels of each minibatch, and the report. */
record Fed(List<float[]> features, List<float[]> labels, FeedReport report)
    implements Serializable {

  /** All partitions of an epoch, in one job. */
  static List<Fed> all(JavaRDD<DataSet> epoch) {
    return epoch.mapPartitions(it -> List.of(drain(it)).iterator()).collect();
  }

  /** One job a partition, in the given order. */
  static List<Fed> oneByOne(JavaRDD<DataSet> epoch, List<Integer> parts) {
    List<Fed> fed = new ArrayList<>();
    for (int part : parts) {
      fed.addAll(together(epoch, List.of(part)));
    }
    return fed;
  }

  /** One job a round, as the trainer does. */
  static List<Fed> byRounds(JavaRDD<DataSet> epoch) {
    RoundRdd rounds = (RoundRdd) epoch.rdd();
    List<Fed> fed = new ArrayList<>();
    for (int round = 0; round < rounds.rounds(); round++) {
      int first = round * rounds.workers();
      fed.addAll(
          together(epoch, IntStream.range(first, first + rounds.workers()).boxed().toList()));
    }
    return fed;
  }

  /** One job on some partitions. */
  static List<Fed> together(JavaRDD<DataSet> epoch, List<Integer> parts) {
    int[] partitions = parts.stream().mapToInt(Integer::intValue).toArray();
    List<Fed>[] fed =
        epoch.mapPartitions(it -> List.of(drain(it)).iterator()).collectPartitions(partitions);
    return Arrays.stream(fed).flatMap(List::stream).toList();
  }

  static Fed drain(Iterator<DataSet> minibatches) {
    List<float[]> features = new ArrayList<>();
    List<float[]> labels = new ArrayList<>();
    while (minibatches.hasNext()) {
      DataSet batch = minibatches.next();
      features.add(batch.getFeatures().dup('c').reshape(-1).toFloatVector());
      labels.add(batch.getLabels().dup('c').reshape(-1).toFloatVector());
    }
    FeedReport report =
        minibatches instanceof MinibatchIterator own ? own.report() : FeedReport.of(0);
    return new Fed(features, labels, report);
  }

  float[][][] bytes() {
    return new float[][][] {features.toArray(float[][]::new), labels.toArray(float[][]::new)};
  }

  List<Integer> sizes() {
    return features.stream().map(batch -> batch.length).toList();
  }

  /** The first pixel of every example, as stored. */
  List<Integer> pixels() {
    List<Integer> pixels = new ArrayList<>();
    for (float[] batch : features) {
      for (int i = 0; i < batch.length; i += 16) {
        pixels.add(Math.round(batch[i] * 255));
      }
    }
    return pixels;
  }
}
