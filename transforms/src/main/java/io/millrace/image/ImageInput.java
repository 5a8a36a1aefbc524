package io.millrace.image;

import java.io.Serializable;

/** How an encoded image becomes the input of a network. */
public interface ImageInput extends Serializable {
  /** A pipeline for one thread, to be closed. */
  ImagePipeline pipeline();

  /** Floats of one image. */
  int size();
}
