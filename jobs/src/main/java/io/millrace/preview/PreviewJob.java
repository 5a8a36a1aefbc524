package io.millrace.preview;

import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.image.ImageEncoder;
import io.millrace.image.PixelBuffer;
import io.millrace.image.Resize;
import io.millrace.random.KeyedRandom;
import io.millrace.report.PreviewPage;
import io.millrace.report.PreviewPage.Grid;
import io.millrace.report.PreviewPage.Picture;
import io.millrace.report.PreviewPage.Row;
import io.millrace.settings.Counts;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Makes the page of a config's augmentations and leaves it in the folder {@code preview} of the
 * run, where no run looks. Starts no Spark.
 */
public final class PreviewJob {
  static final String FOLDER = "preview";
  static final String PAGE = "preview.html";
  private static final int LARGEST_SHOWN = 224;
  private static final int LARGEST_PNG = 96;
  private static final int QUALITY = 88;

  /**
   * What is shown.
   *
   * @param images images
   * @param draws epochs of which each image is shown
   * @param epoch the first of them, counted from 1
   * @param seed of the draws
   */
  public record Extent(int images, int draws, int epoch, long seed) {
    /** Checks the counts. */
    public Extent {
      require(images >= 1 && images <= 64, "images", images, "1 to 64");
      require(draws >= 1 && draws <= 32, "draws", draws, "1 to 32");
      int latest = Integer.MAX_VALUE - draws + 1;
      require(epoch >= 1 && epoch <= latest, "epoch", epoch, "1 to " + latest);
    }

    private static void require(boolean holds, String flag, int value, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(
            "Invalid --%s: %d (must be %s)".formatted(flag, value, rule));
      }
    }
  }

  private final RunConfig config;
  private final Extent extent;
  private final PreviewImages found;
  private final Stepwise made;

  private PreviewJob(RunConfig config, Extent extent, PreviewImages found) {
    this.config = config;
    this.extent = extent;
    this.found = found;
    this.made = new Stepwise(config, found.fed(), extent.seed());
  }

  /**
   * Makes the page.
   *
   * @param command the command line, for the page
   * @return lines for the terminal, the last one for programs
   * @throws IllegalArgumentException if the config's operations do not fit its images, or there are
   *     none
   */
  public static List<String> run(
      RunConfig config, Extent extent, String command, Configuration hadoop) throws IOException {
    PreviewImages found = PreviewImages.of(config, extent.images(), hadoop);
    PreviewJob job = new PreviewJob(config, extent, found);
    String html = job.page(command).html();
    RunFolder run = RunFolder.open(hadoop, config.output(), config.name());
    RunFolder folder = RunFolder.open(hadoop, new Path(run.root(), FOLDER));
    folder.write(PAGE, html);
    String images = Counts.of(found.images().size(), "image");
    String operations = Counts.of(config.augment().size(), "operation");
    return List.of(
        "preview: %s on %s, %s, %s".formatted(operations, images, job.epochs(), found.from()),
        "images=%d draws=%d page=%s"
            .formatted(found.images().size(), extent.draws(), folder.path(PAGE)));
  }

  private PreviewPage page(String command) {
    List<Grid> grids = new ArrayList<>();
    grids.add(draws());
    if (!config.augment().isEmpty()) {
      grids.add(steps());
    }
    if (config.loss().mixing() != null && found.images().size() > 1) {
      grids.add(mixed());
    }
    return new PreviewPage(
        config.name(), facts(command), notices(), grids, ConfigWriter.shown(config));
  }

  private Map<String, String> facts(String command) {
    var input = config.input();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("shown", "%s, %s".formatted(epochs(), found.from()));
    facts.put("seed", Long.toString(extent.seed()));
    facts.put(
        "input",
        "%s, %s"
            .formatted(
                size(input.height(), input.width()), Counts.of(input.channels(), "channel")));
    facts.put("command", command);
    return facts;
  }

  private String epochs() {
    int last = extent.epoch() + extent.draws() - 1;
    return last == extent.epoch()
        ? "epoch " + last
        : "epochs %d to %d".formatted(extent.epoch(), last);
  }

  private List<String> notices() {
    List<String> notices = new ArrayList<>();
    if (!found.prepared()) {
      notices.add(
          "The data set is not prepared yet, so images are numbered as they are shown: training will"
              + " draw other numbers of the same kind. Where a mean is filled in, it is that of these"
              + " images.");
    }
    if (config.loss().mixing() != null && found.images().size() == 1) {
      notices.add("One image has none to be mixed with: show two at least to see loss.mixing.");
    }
    if (config.augment().isEmpty()) {
      notices.add("The config augments nothing: every epoch sees every image as it is stored.");
    }
    return notices;
  }

  /** A row an image: as it is stored, then as each epoch sees it. */
  private Grid draws() {
    List<String> heads = new ArrayList<>(List.of("as stored"));
    IntStream.range(0, extent.draws()).forEach(i -> heads.add("epoch " + (extent.epoch() + i)));
    List<Row> rows = new ArrayList<>();
    for (PreviewImage image : found.images()) {
      PixelBuffer stored = made.stored(image);
      List<Picture> pictures = new ArrayList<>(List.of(picture(stored, image.label())));
      for (int i = 0; i < extent.draws(); i++) {
        pictures.add(
            picture(
                made.augmented(image, extent.epoch() - 1 + i),
                "%s, %s".formatted(image.label(), heads.get(i + 1))));
      }
      rows.add(new Row(image.label(), size(stored), pictures));
    }
    return new Grid(
        "What the network sees",
        "Each image as it is stored, and as it comes to the network in "
            + epochs()
            + (found.prepared() ? ": the very pixels that a run with this seed trains on." : "."),
        heads,
        rows);
  }

  /** A row an operation, a column an image. */
  private Grid steps() {
    List<PixelBuffer> stored = found.images().stream().map(made::stored).toList();
    List<List<PixelBuffer>> steps =
        found.images().stream().map(image -> made.steps(image, extent.epoch() - 1)).toList();
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("as stored", sizes(stored), pictures(stored, "as stored")));
    for (int i = 0; i < config.augment().size(); i++) {
      int step = i;
      List<PixelBuffer> after = steps.stream().map(each -> each.get(step)).toList();
      String words = ConfigWriter.words(config.augment().get(i));
      String name = words.split(" ", 2)[0];
      String keys = words.substring(name.length()).strip();
      String note = keys.isEmpty() ? sizes(after) : keys + "; " + sizes(after);
      rows.add(new Row("%d. %s".formatted(i + 1, name), note, pictures(after, "after " + name)));
    }
    return new Grid(
        "Step by step",
        "The operations in their order in epoch %d: each row is what the list makes up to there."
            .formatted(extent.epoch()),
        found.images().stream().map(PreviewImage::label).toList(),
        rows);
  }

  private Grid mixed() {
    List<Row> rows = new ArrayList<>();
    String name = ConfigWriter.words(config.loss().mixing());
    for (int i = 0; i < extent.draws(); i++) {
      int epoch = extent.epoch() - 1 + i;
      List<PixelBuffer> batch =
          found.images().stream().map(image -> made.augmented(image, epoch)).toList();
      Mixed mixed = Mixed.of(batch, config.loss().mixing(), extent.seed(), i);
      String share = "each keeps %.2f of itself".formatted(mixed.own());
      rows.add(new Row("update " + (i + 1), share, pictures(mixed.images(), "mixed")));
    }
    return new Grid(
        "Mixed",
        name
            + ": the first image with the last, the second with the last but one, and so on, as in a"
            + " minibatch of these images alone.",
        found.images().stream().map(PreviewImage::label).toList(),
        rows);
  }

  private List<Picture> pictures(List<PixelBuffer> images, String what) {
    List<Picture> pictures = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      String label = found.images().get(i).label();
      pictures.add(picture(images.get(i), "%s, %s".formatted(label, what)));
    }
    return pictures;
  }

  private static String size(PixelBuffer image) {
    return size(image.height(), image.width());
  }

  private static String size(int height, int width) {
    return "%d wide, %d high".formatted(width, height);
  }

  private static String sizes(List<PixelBuffer> images) {
    List<String> sizes = images.stream().map(PreviewJob::size).distinct().toList();
    return sizes.size() <= 2 ? String.join("; ", sizes) : "sizes differ";
  }

  private static Picture picture(PixelBuffer image, String alt) {
    int side = Math.max(image.height(), image.width());
    PixelBuffer shown = image;
    if (side > LARGEST_SHOWN) {
      int height = Math.max(1, image.height() * LARGEST_SHOWN / side);
      int width = Math.max(1, image.width() * LARGEST_SHOWN / side);
      shown = new PixelBuffer();
      new Resize(height, width).apply(image, shown, new KeyedRandom());
    }
    boolean small = side <= LARGEST_PNG;
    byte[] encoded = small ? ImageEncoder.png(shown) : ImageEncoder.jpeg(shown, QUALITY);
    return new Picture(small ? "image/png" : "image/jpeg", encoded, alt);
  }
}
