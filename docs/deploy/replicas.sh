#!/bin/sh
# One chat on two servers of this machine, without containers: RAG_INDEX=postgresql://... RAG_CHAT_KEY=... replicas.sh users.txt
set -eu
: "${RAG_INDEX:?postgresql://user@host/database}" "${RAG_CHAT_KEY:?make one: openssl rand -hex 32}"
users=${1:?the users file: rag user NAME}
servers='' processes=''
config=$(mktemp)
trap 'kill $processes; rm -f "$config"' EXIT
trap 'exit 0' INT TERM
for port in 7861 7862; do
    rag serve --port "$port" --users "$users" &
    processes="$processes $!"
    servers="$servers
    server rag-$port 127.0.0.1:$port check inter 2s"
done
# The proxy of the containers, with the addresses of these servers.
folder=$(dirname "$0")
grep -v 'resolvers\|parse-resolv-conf\|hold valid\|server-template' "$folder/haproxy.cfg" | sed 's/bind :8080/bind 127.0.0.1:7860/' > "$config"
echo "$servers" >> "$config"
haproxy -f "$config"
