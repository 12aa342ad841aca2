import { spark } from "../../../src/sql/spark.ts";
import { describeDialect } from "../dialect/describe-dialect.ts";
import { describeOnSpark } from "./with-spark.ts";

describeOnSpark("the dialect of Spark SQL", (engine) => describeDialect(spark, engine));
