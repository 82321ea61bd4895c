-- Sends one request for each token of the file TOKENS, in an order that repeats only after all of them.
-- A line of the file is `host token`.

local requests = {}
local next_request = 0

for line in io.lines(os.getenv("TOKENS")) do
    local host, token = line:match("^(%S+) (%S+)$")
    requests[#requests + 1] = "GET /forward-auth HTTP/1.1\r\n"
        .. "Host: 127.0.0.1\r\n"
        .. "X-Forwarded-Method: GET\r\n"
        .. "X-Forwarded-Proto: http\r\n"
        .. "X-Forwarded-Host: " .. host .. "\r\n"
        .. "X-Forwarded-Uri: /page\r\n"
        .. "X-Forwarded-For: 127.0.0.1\r\n"
        .. "Cookie: CF_Authorization=" .. token .. "\r\n\r\n"
end

function request()
    next_request = next_request % #requests + 1
    return requests[next_request]
end

function done(summary, latency)
    local seconds = summary.duration / 1e6
    local errors = summary.errors
    io.write(string.format("RESULT %.0f %.3f %.3f %d %d\n", summary.requests / seconds,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout))
end
