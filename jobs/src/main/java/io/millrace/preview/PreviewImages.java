package io.millrace.preview;

import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.Example;
import io.millrace.dataset.Normalisation;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.image.BadImageException;
import io.millrace.image.ImageDecoder;
import io.millrace.image.PixelBuffer;
import io.millrace.prepare.ImageWork;
import io.millrace.random.KeyedRandom;
import io.millrace.source.ManyFiles;
import io.millrace.source.RowIterator;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceFiles;
import io.millrace.source.SourceRow;
import io.millrace.source.Sources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A few images of a config, and what they are normalised by.
 *
 * @param images the images
 * @param fed what training normalises by, or what these images would be
 * @param from where they are from, for people
 * @param prepared whether they are of the prepared set
 */
record PreviewImages(List<PreviewImage> images, Normalisation fed, String from, boolean prepared) {
  /** Rows of a slice that are read over at most to get to one in its middle. */
  private static final long MOST_SKIPPED = 255;

  /** Rows without an image that are passed over in one place. */
  private static final int TRIES = 16;

  private static final double SMALLEST_DEVIATION = 1e-3;

  /**
   * The first images of the prepared set, or some from all over the source where there is no set.
   *
   * @throws IllegalArgumentException if there is neither
   */
  static PreviewImages of(RunConfig config, int count, Configuration hadoop) throws IOException {
    String set = config.dataset().path();
    if (set != null && isPrepared(set, hadoop)) {
      return ofSet(config, PreparedDataset.open(set, hadoop), count);
    }
    if (!config.source().given()) {
      throw new IllegalArgumentException(
          set == null
              ? "Cannot preview: neither dataset.path nor source.path is given"
              : "Cannot preview: there is no prepared data set at %s, and source.path is not given"
                  .formatted(set));
    }
    return ofSource(config, count, hadoop);
  }

  private static boolean isPrepared(String set, Configuration hadoop) throws IOException {
    Path manifest = new Path(set, DatasetManifest.FILE_NAME);
    return manifest.getFileSystem(hadoop).exists(manifest);
  }

  private static PreviewImages ofSet(RunConfig config, PreparedDataset data, int count) {
    List<PreviewImage> images = new ArrayList<>();
    Iterator<Example> examples = data.examples(Split.TRAIN);
    while (examples.hasNext() && images.size() < count) {
      Example each = examples.next();
      images.add(new PreviewImage(each.id(), data.classes().get(each.label()), each.image()));
    }
    requireSome(images, data.path());
    var input = config.input();
    return new PreviewImages(
        images,
        data.normalisation(input.channels(), input.normalize()),
        "training images of the prepared set " + data.path(),
        true);
  }

  private static PreviewImages ofSource(RunConfig config, int count, Configuration hadoop)
      throws IOException {
    String path = config.source().place();
    if (config.source().tabular()) {
      throw new IllegalArgumentException(
          "Cannot preview %s: a table is read by Spark, which preview does not start (prepare it first)"
              .formatted(path));
    }
    SourceFiles files = SourceFiles.list(config.source(), hadoop);
    Source source = Sources.open(files, config.source(), ManyFiles.here(hadoop));
    List<PreviewImage> images = new ArrayList<>();
    long rows = source.slices().stream().mapToLong(Slice::rows).sum();
    try (ImageWork work = new ImageWork(config.dataset())) {
      double stretch = (double) rows / count;
      KeyedRandom random = new KeyedRandom().key(0, rows, count);
      for (int i = 0; i < Math.min(count, rows); i++) {
        double place = rows < count ? i : (i + random.nextDouble()) * stretch;
        addAt((long) place, source, work, images);
      }
    }
    requireSome(images, path);
    int channels = config.input().channels();
    Normalisation fed =
        config.input().normalize() ? measured(images, channels) : Normalisation.none(channels);
    return new PreviewImages(images, fed, "images of the source " + path, false);
  }

  private static void requireSome(List<PreviewImage> images, String path) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot preview %s: it has no images to train on".formatted(path));
    }
  }

  /** Adds the image at a row of the source, or one of those behind it. */
  private static void addAt(long at, Source source, ImageWork work, List<PreviewImage> images)
      throws IOException {
    long left = at;
    for (Slice slice : source.slices()) {
      if (left < slice.rows()) {
        add(source, slice, Math.min(left, MOST_SKIPPED), work, images);
        return;
      }
      left -= slice.rows();
    }
  }

  private static void add(
      Source source, Slice slice, long skipped, ImageWork work, List<PreviewImage> images)
      throws IOException {
    try (RowIterator rows = source.read(slice)) {
      for (long i = 0; i < skipped && rows.hasNext(); i++) {
        rows.next();
      }
      for (int i = 0; i < TRIES && rows.hasNext(); i++) {
        SourceRow row = rows.next();
        if (isImage(row, work)) {
          images.add(new PreviewImage(images.size(), row.label(), work.stored(row)));
          return;
        }
      }
    }
  }

  private static boolean isImage(SourceRow row, ImageWork work) {
    if (row.image() == null || row.image().length == 0 || row.label() == null) {
      return false;
    }
    try {
      work.check(row);
      return true;
    } catch (BadImageException e) {
      return false; // prepare will name it
    }
  }

  /** Mean and deviation of these images, which stand for those of train. */
  private static Normalisation measured(List<PreviewImage> images, int channels) {
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    double[] sums = new double[channels];
    double[] squares = new double[channels];
    PixelBuffer pixels = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      for (PreviewImage image : images) {
        decoder.decode(image.encoded(), 0, image.encoded().length, channels, pixels);
        int size = pixels.height() * pixels.width() * channels;
        for (int i = 0; i < size; i++) {
          double level = (pixels.data()[i] & 0xff) / 255.0;
          sums[i % channels] += level * channels / size / images.size();
          squares[i % channels] += level * level * channels / size / images.size();
        }
      }
    }
    for (int c = 0; c < channels; c++) {
      mean[c] = (float) sums[c];
      double variance = squares[c] - sums[c] * sums[c];
      deviation[c] = (float) Math.max(SMALLEST_DEVIATION, Math.sqrt(Math.max(0, variance)));
    }
    return new Normalisation(mean, deviation);
  }
}
