#include "import/format.h"
#include <string.h>
#include "import/filterlog.h"
#include "import/journal.h"
#include "import/mikrotik.h"
#include "import/ulogd.h"
static const struct format formats[]={{"ulogd","",ulogd_parse},{"filterlog","",filterlog_parse},{"mikrotik","",mikrotik_parse}};
const struct format *format_at(unsigned i){return i<3?&formats[i]:NULL;}
const struct format *format_by_name(const char*n){for(unsigned i=0;i<3;i++)if(!strcmp(formats[i].name,n))return &formats[i];return NULL;}
