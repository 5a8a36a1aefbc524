package io.millrace.predict;

import io.millrace.cluster.FaultsConfig;
import io.millrace.dataset.HadoopConf;
import io.millrace.evaluate.CroppedImages;
import io.millrace.prepare.DatasetConfig;
import io.millrace.source.Source;
import java.io.Serializable;
import java.util.List;

/**
 * All that a task needs to know, but for its chunk and the weights. Serializable.
 *
 * @param source where the images are
 * @param stored what {@code prepare} would make of an image before it is stored
 * @param images from there to the network's input
 * @param network the network
 * @param classes names of its outputs
 * @param batch examples of one forward pass
 * @param faults how long a forward pass may take, with all that belongs to it
 * @param top classes of a row
 * @param model SHA-256 of the model's file
 * @param run name of the run that made the model
 * @param folder of the predictions
 * @param hadoop how to get to it
 */
record PredictSpec(
    Source source,
    DatasetConfig stored,
    CroppedImages images,
    PredictNetwork network,
    List<String> classes,
    int batch,
    FaultsConfig faults,
    int top,
    String model,
    String run,
    String folder,
    HadoopConf hadoop)
    implements Serializable {}
