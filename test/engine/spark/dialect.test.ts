import { spark } from "../../../src/sql/spark.ts";
import { describeDialect } from "../dialect/describe-dialect.ts";
import { describeOnEngine } from "./with-spark.ts";

describeOnEngine("the dialect of Spark SQL", (engine) => describeDialect(spark, engine));
