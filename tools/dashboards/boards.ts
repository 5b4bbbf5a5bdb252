import type { Board } from './board.ts';
import { INGEST_BOARD } from './boards/ingest.ts';
import { JOBS_BOARD } from './boards/jobs.ts';
import { KAFKA_BOARD } from './boards/kafka.ts';
import { MODEL_BOARD } from './boards/model.ts';
import { PIPELINE_BOARD } from './boards/pipeline.ts';
import { SERVICE_BOARD } from './boards/service.ts';
import { SLO_BOARD } from './boards/slo.ts';
import { STAGE_BOARD } from './boards/stage.ts';

/** Every dashboard, in the order in which somebody who is woken looks at them. */
export const BOARDS: readonly Board[] = [PIPELINE_BOARD, STAGE_BOARD, KAFKA_BOARD, MODEL_BOARD, JOBS_BOARD, INGEST_BOARD, SERVICE_BOARD, SLO_BOARD];
