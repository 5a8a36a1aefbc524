package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.Mistake;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelCards;
import io.millrace.report.Thumbnail;
import io.millrace.report.Thumbnails;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class EvaluateJobTest extends EvaluatedShades {
  private static final String FOLDED =
      "folded         9 of 9 batch norms into the layers before them; probabilities differ by"
          + " rounding";

  @Test
  void aModelIsEvaluatedAndItsMistakesAreShown() throws IOException {
    EvaluationReport report = evaluate(model(2), Split.VALIDATION).report();
    assertThat(left).isZero();
    assertThat(report.examples()).isEqualTo(20);
    assertThat(report.top5()).isEqualTo(1);
    assertThat(report.loss()).isFinite().isPositive();
    // Equal images get equal answers, so all of a class are right or all are wrong.
    assertThat(report.top1() * 20).isIn(0.0, 10.0, 20.0);
    assertThat(report.confusion()[0][0] + report.confusion()[1][1])
        .isEqualTo(Math.round(report.top1() * 20));

    PreparedDataset dataset = PreparedDataset.open(config.dataset().path(), hadoop);
    Mistake mistake = new Mistake(19, 2, 3, 1, 0, 9, 0.9);
    List<Thumbnail> pictures =
        Thumbnails.mistakes(dataset, Split.VALIDATION, config.input(), 1, List.of(mistake), 5);
    assertThat(pictures).hasSize(1);
    assertThat(pictures.get(0).caption()).isEqualTo("dark, 90 %");
    assertThat(pictures.get(0).note()).isEqualTo("is bright");
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(pictures.get(0).png()));
    int stored =
        ImageIO.read(new ByteArrayInputStream(png(0xe0e0e0))).getRaster().getSample(4, 4, 0);
    assertThat(picture.getWidth()).isEqualTo(SIZE);
    assertThat(picture.getRaster().getSample(4, 4, 0)).isEqualTo(stored);

    assertThat(Thumbnails.augmented(dataset, config.input(), config.augment(), 1, 6))
        .extracting(Thumbnail::caption)
        .containsExactly("dark", "bright", "dark", "bright", "dark", "bright");
  }

  @Test
  void anImageThatCannotBeReadIsNamedByFileBlockAndRow() throws IOException {
    bad = 13;
    prepare(0.5, Split.VALIDATION);
    String model = model(2);
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .hasMessageContaining("Cannot evaluate an image: Cannot decode image: ")
        .hasMessageContaining(" (file v.parquet, block 1, row 5)");
  }

  @Test
  void aSetIsKeptFromAPrepareWhileItIsEvaluated() throws IOException {
    evaluate(model(2), Split.VALIDATION);
    assertThat(readers).hasSize(1);
    assertThat(dir.resolve("set").resolve(readers.get(0))).doesNotExist();
  }

  @Test
  void aModelThatDoesNotSayWhatItIsTakesTheSetsValuesWithAWord() throws IOException {
    assertThat(evaluate(model(2), null).classes()).containsExactly("dark", "bright");
    assertThat(said)
        .hasSize(4)
        .startsWith("model          DIR/run/model.zip: a network of 77,906 parameters")
        .endsWith("data           DIR/set: validation, 20 images, 2 classes", FOLDED);
    assertThat(said.get(1)).contains("it does not say what it was trained on");
  }

  @Test
  void classesInAnotherOrderAreMatchedByName() throws IOException {
    Evaluated same = evaluate(model(card("dark", "bright")), Split.VALIDATION);
    assertThat(said)
        .containsExactly(
            "model          DIR/run/model.zip: run nightly, cifar-resnet of depth 8, 77,906"
                + " parameters",
            "data           DIR/set: validation, 20 images, 2 classes",
            "crop           0.875 of a side, as the model's; the config says 1.0",
            FOLDED);
    Evaluated turned = evaluate(model(card("bright", "dark")), Split.VALIDATION);
    assertThat(said).contains("classes        matched by name: the set has them in another order");
    // The same network with its outputs named the other way round is right where it was wrong.
    assertThat(turned.report().top1()).isEqualTo(1 - same.report().top1());
    assertThat(turned.classes()).containsExactly("bright", "dark");
    assertThat(turned.report().confusion()[0]).isEqualTo(same.report().confusion()[1]);
  }

  @Test
  void aSetWithSomeOfTheClassesIsEvaluatedAndTheOthersAreNamed() throws IOException {
    Evaluated evaluated = evaluate(model(card("bright", "dark", "dim")), Split.VALIDATION);
    assertThat(said).contains("classes        matched by name: the set does not have dim");
    assertThat(evaluated.report().confusion()).hasDimensions(3, 3);
    assertThat(evaluated.report().confusion()[2]).containsOnly(0);
    assertThat(evaluated.report().examples()).isEqualTo(20);
  }

  @Test
  void aSetWithAClassThatTheModelDoesNotKnowIsRefusedByName() throws IOException {
    String model = model(card("dark", "light"));
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate on split validation of %s: the model does not know bright (it knows"
                    .formatted(dir.resolve("set"))
                + " dark, light)");
  }

  @Test
  void imagesAreNormalisedAsTheModelsWere() throws IOException {
    ModelCard own = ModelCards.card(List.of("dark", "bright"), floats(0.5f), floats(0.25f));
    ModelCard other = ModelCards.card(List.of("dark", "bright"), floats(0.1f), floats(0.25f));
    double loss = evaluate(model(own), Split.VALIDATION).report().loss();
    String otherModel = model(other);
    assertThat(evaluate(otherModel, Split.VALIDATION).report().loss()).isNotEqualTo(loss);
    assertThat(said)
        .contains(
            "crop           0.875 of a side, as the model's; the config says 1.0",
            "normalised     mean 0.1000, deviation 0.2500 of the model; not mean 0.5000, deviation"
                + " 0.2500 of the set");
    double before = evaluate(otherModel, Split.VALIDATION).report().loss();
    prepare(0.9, Split.TRAIN, Split.VALIDATION);
    assertThat(evaluate(otherModel, Split.VALIDATION).report().loss()).isEqualTo(before);
  }

  @Test
  void aHoldOutOfOneSplitIsEvaluatedWithoutNamingIt() throws IOException {
    prepare(0.5, Split.TEST);
    assertThat(evaluate(model(2), null).report().split()).isEqualTo(Split.TEST);
    prepare(0.5, Split.TRAIN);
    assertThat(evaluate(model(2), null).report().split()).isEqualTo(Split.TRAIN);
    prepare(0.5, Split.TRAIN, Split.TEST);
    assertThat(evaluate(model(2), null).report().split()).isEqualTo(Split.TEST);
  }

  @Test
  void aFileThatTookThePlaceOfAnotherOfItsLengthIsSeen() throws IOException {
    first = 1; // of the ids in the file; the manifest counts from 0
    prepare();
    String model = model(2);
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .hasMessage(
            "Cannot evaluate on split validation: its files hold other examples than its manifest"
                + " says (prepare the set again)");
  }

  @Test
  void anEmptySplitIsRefused() throws IOException {
    String model = model(2);
    assertThatThrownBy(() -> evaluate(model, Split.TEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate split test of "
                + dir.resolve("set")
                + ": it is empty (must be of train, validation; what is test, the source tells)");
  }
}
