package io.millrace.lrfind;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.config.StageConfig;
import io.millrace.lrfind.Curve.Point;
import io.millrace.lrfind.Curve.Suggestion;
import io.millrace.metrics.Figures;
import io.millrace.metrics.RunManifest;
import io.millrace.recipe.Schedule;
import io.millrace.report.RangePage;
import io.millrace.report.Tile;
import io.millrace.run.TrainingSetup;
import io.millrace.store.RunFolder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a range test came to.
 *
 * @param name of the run whose config was tested
 * @param test the test
 * @param outcome its curve and its end
 * @param scale that of the config: its name, global batch and reference batch
 * @param switches whether the optimiser would become another one, which a test does not let it
 * @param stage the stage that was tested, the first of its run, in words; empty for a run without
 *     stages
 * @param files paths of the curve and of the page
 */
public record LrFindReport(
    String name,
    RangeTest test,
    RangeTestRun.Outcome outcome,
    Scale scale,
    boolean switches,
    String stage,
    Files files) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /**
   * From a peak rate to the key of a config.
   *
   * @param rule {@code learningRate.scaling}
   * @param globalBatch examples of an update
   * @param referenceBatch {@code learningRate.referenceBatch}
   * @param baseOfOne the base whose peak is 1
   */
  record Scale(String rule, long globalBatch, int referenceBatch, double baseOfOne) {
    double base(double peak) {
      return peak * baseOfOne;
    }

    String words() {
      return rule.equals("none")
          ? "not scaled"
          : "%s scaling from a batch of %,d".formatted(rule, referenceBatch);
    }
  }

  /** Where it lies. */
  record Files(String curve, String page) {}

  static LrFindReport of(
      TrainingSetup setup, RangeTest test, RangeTestRun.Outcome outcome, RunFolder folder) {
    var rate = setup.config().learningRate();
    long batch = setup.shape().globalBatch();
    return new LrFindReport(
        setup.config().name(),
        test,
        outcome,
        new Scale(
            rate.scaling().name().toLowerCase(Locale.ROOT).replace('_', ' '),
            batch,
            rate.referenceBatch(),
            rate.scaling().base(1, batch, rate.referenceBatch())),
        setup.recipe().optimizer().switching().isPresent(),
        stage(setup.run().stages()),
        new Files(folder.path(LrFindJob.CURVE), folder.path(LrFindJob.PAGE)));
  }

  private static String stage(List<StageConfig> stages) {
    return stages.isEmpty()
        ? ""
        : "stage %s, the first of %d".formatted(stages.get(0).name(), stages.size());
  }

  /** Whether it ended because somebody asked for it. */
  public boolean stopped() {
    return outcome.stopped();
  }

  /** Whether it suggests a rate. */
  public boolean suggests() {
    return suggestion().isPresent();
  }

  private Optional<Suggestion> suggestion() {
    return outcome.curve().suggestion();
  }

  /** The report in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "range test: %d of %d updates of %,d images at rates from %s to %s; %s"
            .formatted(
                outcome.curve().points().size(),
                test.updates(),
                scale.globalBatch(),
                text(test.from()),
                text(test.to()),
                outcome.end()));
    suggestion()
        .ifPresent(
            found ->
                lines.add(
                    "suggestion: learningRate.base %s: a peak rate of %s at this global batch of %,d (%s)"
                        .formatted(
                            text(scale.base(found.rate())),
                            text(found.rate()),
                            scale.globalBatch(),
                            scale.words())));
    notices().forEach(notice -> lines.add("warning: " + notice));
    String figures =
        suggestion()
            .map(
                found ->
                    "base=%s rate=%s "
                        .formatted(text(scale.base(found.rate())), text(found.rate())))
            .orElse("");
    lines.add("%scurve=%s report=%s".formatted(figures, files.curve(), files.page()));
    return lines;
  }

  /** What a person should look at. */
  private List<String> notices() {
    List<String> notices = new ArrayList<>();
    if (suggestion().isEmpty()) {
      notices.add(
          stopped()
              ? "no suggestion: the curve is too short"
              : "no suggestion: the loss does not fall (try a lower --from, or more --updates)");
    }
    suggestion()
        .filter(Suggestion::isDoubtful)
        .ifPresent(
            found ->
                notices.add(
                    "the rate of the steepest fall, %s, and a tenth of that of the least loss, %s, are"
                            .formatted(text(found.steepest()), text(found.tenthOfLeast()))
                        + " more than ten times apart: look at the curve"));
    if (!stage.isEmpty()) {
      notices.add("tested is %s: the rate is for what that one trains".formatted(stage));
    }
    if (switches) {
      notices.add(
          "tested is what the optimiser is before it switches; the rate after that it finds itself");
    }
    if (suggestion().isPresent() && isOpen()) {
      notices.add("the loss still falls at the end of the test (try a higher --to)");
    }
    return notices;
  }

  /** Whether the least loss is the last, and nobody stopped the test. */
  private boolean isOpen() {
    int last = outcome.curve().points().size() - 1;
    return !stopped() && last == test.updates() - 1 && outcome.curve().leastAt().orElse(0) == last;
  }

  private record Json(
      RangeTest test,
      String end,
      long globalBatch,
      Double suggestedBase,
      Double suggestedRate,
      Double steepest,
      Double tenthOfLeast,
      List<Point> points) {}

  /** The curve and the suggestion as JSON; what there is none of is null. */
  String json() {
    Optional<Suggestion> found = suggestion();
    Json json =
        new Json(
            test,
            outcome.end(),
            scale.globalBatch(),
            found.map(Suggestion::rate).map(scale::base).orElse(null),
            found.map(Suggestion::rate).orElse(null),
            found.map(Suggestion::steepest).orElse(null),
            found.map(Suggestion::tenthOfLeast).orElse(null),
            outcome.curve().points());
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write the curve: " + e.getMessage(), e);
    }
  }

  /**
   * The page.
   *
   * @param command the command line; empty for a program's own test
   * @param config the resolved config as YAML
   */
  String html(String command, String config) {
    Map<String, String> facts = new LinkedHashMap<>();
    String now = Instant.now().toString();
    facts.put("ended", "%s %s UTC".formatted(now.substring(0, 10), now.substring(11, 16)));
    facts.put("how", outcome.end());
    facts.put("command", command);
    facts.put("version", "Millrace " + RunManifest.currentVersions().get("millrace"));
    Curve curve = outcome.curve();
    return new RangePage(
            name,
            facts,
            notices(),
            tiles(),
            new RangePage.Curve(
                curve.values(Point::rate),
                curve.values(Point::loss),
                curve.values(Point::smoothed),
                suggestion().map(Suggestion::rate).orElse(Double.NaN)),
            config)
        .html();
  }

  private List<Tile> tiles() {
    String none = Figures.number(Double.NaN);
    var found = suggestion();
    return List.of(
        new Tile(
            "suggested learningRate.base",
            found.map(each -> text(scale.base(each.rate()))).orElse(none),
            scale.words()),
        new Tile(
            "which is a peak rate of",
            found.map(each -> text(each.rate())).orElse(none),
            "at the global batch of %,d".formatted(scale.globalBatch())),
        new Tile(
            "steepest fall at",
            found.map(each -> text(each.steepest())).orElse(none),
            "of the smoothed loss, over the logarithm of the rate"),
        new Tile(
            "a tenth of the rate of least loss",
            found.map(each -> text(each.tenthOfLeast())).orElse(none),
            "of the smoothed loss"));
  }

  /** Three digits, which is more than a curve can tell. */
  private static String text(double rate) {
    return Schedule.text(BigDecimal.valueOf(rate).round(new MathContext(3)).doubleValue());
  }
}
