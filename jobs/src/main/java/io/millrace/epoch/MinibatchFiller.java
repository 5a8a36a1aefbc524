package io.millrace.epoch;

import io.millrace.dataset.IdSum;
import io.millrace.image.BadImageException;
import io.millrace.image.ImagePipeline;
import io.millrace.minibatch.ImageRows;
import io.millrace.minibatch.Mixup;
import io.millrace.random.KeyedRandom;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes and augments the images of a minibatch, or copies what a trunk has made of them, smooths
 * and mixes: a pure function of (rows, seed, epoch, update). One thread at a time.
 */
final class MinibatchFiller implements AutoCloseable {
  private final FeedSpec spec;
  private final ImagePipeline pipeline;
  private final KeyedRandom random = new KeyedRandom();

  MinibatchFiller(FeedSpec spec) {
    this.spec = spec;
    pipeline = spec.images().pipeline();
  }

  void fill(PreparedMinibatch batch, EncodedRows rows, int epoch, int update) {
    long start = System.nanoTime();
    long decoding = 0;
    int size = spec.floats();
    int classes = spec.images().classes();
    IdSum ids = new IdSum();
    List<Long> exampleIds = new ArrayList<>(rows.size());
    for (int i = 0; i < rows.size(); i++) {
      long begin = System.nanoTime();
      try {
        FloatBuffer to = batch.features.position(i * size);
        if (spec.isOfFeatures()) {
          to.put(rows.floats(i));
          decoding += System.nanoTime() - begin;
        } else {
          decode(rows, i, epoch);
          decoding += System.nanoTime() - begin;
          pipeline.augment(to);
        }
      } catch (RuntimeException e) {
        throw at(rows.place(i), e);
      }
      spec.images().smoothing().write(rows.label(i), classes, batch.targets.position(i * classes));
      ids.add(rows.id(i));
      exampleIds.add(rows.id(i));
    }
    mix(batch, rows.size(), epoch, spec.globalUpdate(epoch, update));
    batch.filled(exampleIds, ids, decoding, System.nanoTime() - start - decoding);
  }

  private void mix(PreparedMinibatch batch, int examples, int epoch, long update) {
    FeedSpec.Images images = spec.images();
    images
        .mixing()
        .at(spec.seed(), epoch, update)
        .ifPresent(
            mixing -> {
              ImageRows rows =
                  new ImageRows(
                      batch.features, examples, images.height(), images.width(), images.channels());
              double own = mixing.mix(rows, spec.seed(), update);
              Mixup.mix(batch.targets, examples, images.classes(), own);
            });
  }

  private void decode(EncodedRows rows, int i, int epoch) {
    random.key(spec.seed(), epoch, rows.id(i));
    pipeline.decode(rows.data(i), rows.offset(i), rows.length(i), random);
  }

  /** The failure with the place of its example. */
  private static RuntimeException at(String place, RuntimeException e) {
    if (e instanceof BadImageException) {
      return new IllegalStateException(
          "%s (%s; the prepared set has changed)".formatted(e.getMessage(), place), e);
    }
    if (e instanceof IllegalArgumentException) {
      return new IllegalArgumentException("%s (%s)".formatted(e.getMessage(), place), e);
    }
    return new IllegalStateException("Cannot augment an image: %s (%s)".formatted(e, place), e);
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
