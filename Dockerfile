# syntax=docker/dockerfile:1

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json tsconfig.package.json ./
COPY scripts ./scripts
COPY src ./src
COPY client ./client
COPY testing ./testing
COPY cli ./cli
COPY console ./console
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:24-slim
# The sandbox with its embedded database; NODE_ENV=production needs MONGODB_URI and the secrets.
ENV NODE_ENV=development HOST=0.0.0.0 PORT=3000 DATA_DIR=/data ENV_FILE=off
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json openapi.json LICENSE ./
COPY docs ./docs
# `docker exec <container> mpg trigger payment.failed`
RUN ln -s /app/dist/cli/main.js /usr/local/bin/mpg
# The embedded database, the generated secrets and demo.json.
RUN install -d -o node -g node -m 0700 /data
VOLUME /data
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and handles SIGTERM.
CMD ["node", "dist/main.js"]
