/** Whole jobs on stores that are no local disk: a real HDFS, and a real endpoint of the S3 API. */
package io.millrace.stores;
