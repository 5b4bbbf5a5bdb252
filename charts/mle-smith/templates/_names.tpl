{{- define "mle-smith.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* What names of objects begin with; short enough for `-brainstorm` and a hash behind it. */}}
{{- define "mle-smith.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "mle-smith.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "mle-smith.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Names of objects that no namespace tells apart. */}}
{{- define "mle-smith.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "mle-smith.fullname" .) -}}
{{- end -}}

{{- define "mle-smith.stationsAccount" -}}
{{ include "mle-smith.fullname" . }}-stations
{{- end -}}

{{/* The account of the Job that makes the servers ready. */}}
{{- define "mle-smith.prepareAccount" -}}
{{ include "mle-smith.fullname" . }}-prepare
{{- end -}}

{{/* The account of what never talks to the API server: gateway, test. */}}
{{- define "mle-smith.plainAccount" -}}
{{ include "mle-smith.fullname" . }}
{{- end -}}

{{- define "mle-smith.solveNamespace" -}}
{{- .Values.zones.solve.namespace | default (printf "%s-solve" .Release.Namespace) -}}
{{- end -}}

{{- define "mle-smith.gradeNamespace" -}}
{{- .Values.zones.grade.namespace | default (printf "%s-grade" .Release.Namespace) -}}
{{- end -}}

{{/* Zone → namespace, as JSON. */}}
{{- define "mle-smith.zones" -}}
{{- dict "solve" (include "mle-smith.solveNamespace" .) "grade" (include "mle-smith.gradeNamespace" .) | toJson -}}
{{- end -}}

{{- define "mle-smith.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: mle-smith
{{ include "mle-smith.selector" . }}
{{- end -}}

{{/* What selects every pod of this release. */}}
{{- define "mle-smith.selector" -}}
app.kubernetes.io/name: {{ include "mle-smith.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* What selects the pod that looks whether policies are enforced, and no other: what services may reach is not for it. */}}
{{- define "mle-smith.lookOut" -}}
app.kubernetes.io/name: {{ include "mle-smith.name" . }}-look-out
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The apps of the stations, as a JSON list: the pipeline table is the only one that lists them. */}}
{{- define "mle-smith.stations" -}}
{{- .Files.Get "files/pipeline.json" | fromJson | keys | sortAlpha | toJson -}}
{{- end -}}

{{/* An image by digest: dict "root" $ "image" .Values.image */}}
{{- define "mle-smith.image" -}}
{{- $registry := .root.Values.global.imageRegistry -}}
{{- if $registry }}{{ $registry }}/{{ end }}{{ .image.repository }}@{{ .image.digest }}
{{- end -}}

{{/* What holds for one service: dict "root" $ "name" "design"; as JSON. */}}
{{- define "mle-smith.service" -}}
{{- $own := get (.root.Values.services | default dict) .name | default dict -}}
{{- mergeOverwrite (deepCopy .root.Values.defaults) (deepCopy $own) | toJson -}}
{{- end -}}

{{/* A quantity of Kubernetes as a number: 500m, 1.5, 2Gi. */}}
{{- define "mle-smith.amount" -}}
{{- $unit := regexFind "[a-zA-Z]+$" . -}}
{{- $times := dict "m" 0.001 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- mulf (trimSuffix $unit . | float64) (get $times $unit | default 1 | float64) -}}
{{- end -}}
