{{- define "mle-smith.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "mle-smith.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Where the servers are: settings of everything that reads them, the hook too, which runs before any object of the release is there. */}}
{{- define "mle-smith.serverEnv" -}}
- name: MONGODB_URI
  valueFrom: { secretKeyRef: { name: {{ .Values.mongodb.existingSecret }}, key: {{ .Values.mongodb.key | quote }} } }
- name: KAFKA_BROKERS
  value: {{ join "," .Values.kafka.brokers | quote }}
- name: KAFKA_TOPIC_PREFIX
  value: {{ .Values.kafka.topicPrefix | quote }}
- name: KAFKA_TLS
  value: {{ .Values.kafka.tls.enabled | quote }}
{{- if .Values.kafka.tls.caSecret }}
- name: KAFKA_CA_FILE
  value: /etc/mle-smith/kafka/{{ .Values.kafka.tls.caKey }}
{{- end }}
{{- with .Values.kafka.sasl }}
{{- if .existingSecret }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .mechanism }}
- name: KAFKA_USERNAME
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .usernameKey | quote }} } }
- name: KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .passwordKey | quote }} } }
{{- end }}
{{- end }}
{{- with .Values.objectStore }}
{{- if .endpoint }}
- name: S3_ENDPOINT
  value: {{ .endpoint | quote }}
{{- end }}
- name: AWS_REGION
  value: {{ .region | quote }}
- name: S3_BUCKET
  value: {{ .bucket | quote }}
{{- if .prefix }}
- name: S3_PREFIX
  value: {{ .prefix | quote }}
{{- end }}
{{- if .existingSecret }}
- name: AWS_ACCESS_KEY_ID
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .accessKeyIdKey | quote }} } }
- name: AWS_SECRET_ACCESS_KEY
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: {{ .secretAccessKeyKey | quote }} } }
{{- end }}
{{- end }}
{{- end -}}

{{- define "mle-smith.serverMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if .Values.kafka.tls.caSecret }}
- { name: kafka-ca, mountPath: /etc/mle-smith/kafka, readOnly: true }
{{- end }}
{{- end -}}

{{- define "mle-smith.serverVolumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- if .Values.kafka.tls.caSecret }}
- name: kafka-ca
  secret: { secretName: {{ .Values.kafka.tls.caSecret }}, items: [{ key: {{ .Values.kafka.tls.caKey | quote }}, path: {{ .Values.kafka.tls.caKey | quote }} }] }
{{- end }}
{{- end -}}

{{/* Settings as variables, the service's own above those of all: list of maps from weak to strong. */}}
{{- define "mle-smith.settings" -}}
{{- $all := dict -}}
{{- range . }}{{ $all = mergeOverwrite $all (. | default dict) }}{{ end -}}
{{- range $name := keys $all | sortAlpha }}
- name: {{ $name }}
  value: {{ get $all $name | quote }}
{{- end }}
{{- end -}}
